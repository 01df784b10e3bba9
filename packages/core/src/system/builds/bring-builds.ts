import { randomBytes } from "node:crypto";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "../../host/host.js";
import { putTree } from "../../host/transfer/put-tree.js";
import { parsePlace, placeCommand } from "../../plan/place.js";
import type { Progress, Testbed } from "../../testbed/testbed.js";
import { type Build, buildKey, buildParts } from "./build.js";

/** How artefacts get into guests. */
export interface BringOptions {
  /** Where they lie on this machine. */
  readonly directories: ReadonlyMap<Build, string>;
  readonly signal: AbortSignal;
  readonly progress?: Progress;
}

/** Artefacts of one build, here and there. */
interface Brought {
  readonly key: string;
  readonly localPath: string;
  readonly path: string;
}

/**
 * Brings artefacts of this machine into all guests, where `builtFact` finds them; what is there already is left alone.
 * Namespaces share this machine's files and need nothing. Throws as `putTree` and `run` do.
 */
export async function bringBuilds(testbed: Testbed, options: BringOptions): Promise<void> {
  const { directories, signal, progress } = options;
  if (testbed.kind !== "vm" || directories.size === 0) return;
  progress?.({ kind: "build.bring", text: "bringing what was built into the guests" });
  await Promise.all(testbed.hosts.map((host) => bringTo(host, directories, signal)));
}

async function bringTo(
  host: Host,
  directories: ReadonlyMap<Build, string>,
  signal: AbortSignal,
): Promise<void> {
  const [told] = await host.batch([placeCommand], { signal });
  const { stateDirectory } = parsePlace(host.name, told?.stdout ?? "");
  const builds = `${stateDirectory}/builds`;
  const all = [...directories].map(([build, localPath]): Brought => {
    const key = buildKey(build);
    return { key, localPath, path: `${builds}/${key}/${buildParts.copies}` };
  });
  const seen = await host.batch(
    all.map(({ path }) => ({ argv: ["test", "-d", path] })),
    { signal },
  );
  const isThere = (_: Brought, index: number) => seen[index]?.exitCode === 0;
  for (const { localPath, path } of all.filter(isThere)) {
    await putTree(host, { localPath, path, signal });
  }
  const missing = all.filter((one, index) => !isThere(one, index));
  if (missing.length > 0) await bringTogether(host, { builds, missing, signal });
}

const makeScript = `mkdir -p -- "$1" && chmod 700 -- "$1"`;
const placeScript = `
builds=$1 brought=$2 copies=$3
shift 3
for key; do
  mkdir -p -- "$builds/$key" && mv -T -- "$brought/tree/$key" "$builds/$key/$copies" || exit 1
done
rm -rf -- "$brought"
`;

/** All at once: starting programs for each would take emulated guests ten seconds a build. */
async function bringTogether(
  host: Host,
  { builds, missing, signal }: { builds: string; missing: readonly Brought[]; signal: AbortSignal },
): Promise<void> {
  const brought = `${builds}/.brought-${randomBytes(6).toString("hex")}`;
  const local = await mkdtemp(join(tmpdir(), "hoststack-bring-"));
  try {
    for (const { key, localPath } of missing) {
      await cp(localPath, join(local, key), { recursive: true, preserveTimestamps: true });
    }
    await host.run({ argv: ["sh", "-c", makeScript, "sh", brought] }, { signal });
    await putTree(host, { localPath: local, path: `${brought}/tree`, signal });
    const words = [builds, brought, buildParts.copies, ...missing.map(({ key }) => key)];
    await host.run({ argv: ["sh", "-c", placeScript, "sh", ...words] }, { signal });
  } catch (error) {
    // half of it is of no use there; a host that does not answer keeps it
    await host.run({ argv: ["rm", "-rf", "--", brought] }, { deadlineMs: 10_000 }).catch(() => {});
    throw error;
  } finally {
    await rm(local, { recursive: true, force: true });
  }
}
