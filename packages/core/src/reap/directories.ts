import { lstat, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { tokenState } from "../host/process-token.js";
import { ownerFile, privateParent, privatePrefix } from "../host/ssh/openssh/private-directory.js";
import {
  type AbandonedDirectory,
  abandonedDirectories,
  buildingPrefix,
} from "../packages/owned-directory.js";
import { keptDirectory, workPrefixes } from "../testbed/kept/place.js";
import { defaultCacheDirectory } from "../testbed/vm/cache-directory.js";
import { runDirectoryPrefix, runtimeDirectory } from "../testbed/vm/run-directory.js";
import { type LeftoverOf, thisMachine } from "./leftover.js";

/** What is made in a place, for a person. */
interface Place {
  readonly parent: string;
  readonly prefix: string;
  readonly purpose: string;
}

/** Everywhere a process of ours makes directories it removes itself. */
async function places(): Promise<Place[]> {
  const cache = defaultCacheDirectory();
  const parts = await readdir(cache).catch(() => []);
  return [
    { parent: await runtimeDirectory(), prefix: runDirectoryPrefix, purpose: "files of guests" },
    ...workPrefixes.map((prefix) => {
      return { parent: keptDirectory(), prefix, purpose: "files of a kept testbed" };
    }),
    ...parts.map((part) => {
      return { parent: join(cache, part), prefix: buildingPrefix, purpose: "a build in the cache" };
    }),
  ];
}

/** Working directories whose process is gone. */
export async function leftDirectories(): Promise<LeftoverOf<"directory">[]> {
  const found: LeftoverOf<"directory">[] = [];
  for (const { parent, prefix, purpose } of await places()) {
    const abandoned = await abandonedDirectories(parent, prefix);
    found.push(...abandoned.map((one) => leftover(one, purpose)));
  }
  const controls = await leftControlDirectories();
  return [...found, ...controls.map((one) => leftover(one, "sockets of an SSH connection"))];
}

/** Their names have no room for a token, which is in a file. */
async function leftControlDirectories(): Promise<AbandonedDirectory[]> {
  const parent = privateParent();
  const found: AbandonedDirectory[] = [];
  for (const name of await readdir(parent).catch(() => [])) {
    if (!name.startsWith(privatePrefix)) continue;
    const path = join(parent, name);
    const info = await lstat(path).catch(() => undefined);
    if (info === undefined || !info.isDirectory() || info.uid !== process.getuid?.()) continue;
    const owner = await readFile(join(path, ownerFile), "utf8").catch(() => "");
    if (tokenState(owner) === "dead") found.push({ path, owner, changed: info.mtime });
  }
  return found;
}

function leftover(directory: AbandonedDirectory, purpose: string): LeftoverOf<"directory"> {
  const { path, owner, changed } = directory;
  return {
    kind: "directory",
    path,
    owner,
    where: thisMachine,
    what: `${purpose}: ${path}`,
    since: changed.toISOString(),
    why: `made by process ${owner.split("-")[0]}, which has ended`,
    action: "remove it",
    reapable: true,
  };
}

/** Removes a directory, unless it is not what it was when it was found. */
export async function reapDirectory({ path, owner }: LeftoverOf<"directory">): Promise<void> {
  const again = await leftDirectories();
  if (!again.some((one) => one.path === path && one.owner === owner)) return;
  await rm(path, { recursive: true, force: true });
}
