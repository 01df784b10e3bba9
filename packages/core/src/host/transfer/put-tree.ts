import { realpath } from "node:fs/promises";
import { hoststackError } from "../../errors/error.js";
import type { Host } from "../host.js";
import { pathBytes, shownPath } from "./byte-path.js";
import { Dialogue } from "./dialogue.js";
import type { DigestName } from "./digest.js";
import { listingFunctions, listingTools, readListing } from "./host-listing.js";
import { putTreeScript } from "./host-scripts.js";
import { listHostTree } from "./list-host-tree.js";
import { withLocalErrors } from "./local-errors.js";
import { excludedPaths, listLocalTree, withDigests } from "./local-tree.js";
import type { TransferOptions, TreeTransfer } from "./options.js";
import { type Place, placeOf } from "./place.js";
import { archive, archiveBytes, archivePlan } from "./tar-stream.js";
import { firstDifference, refuseSpecialFiles, sameEntry, type Tree } from "./tree-entry.js";

/** Which tree goes where. */
export interface PutTreeOptions extends TransferOptions {
  /** A directory of this machine. */
  readonly localPath: string;
  /** Path on the host; the directory above it exists. What it held before is replaced as a whole. */
  readonly path: string;
  /** What is left out: a plain name wherever it occurs, a path with slashes only there. @default nothing */
  readonly exclude?: readonly string[];
}

const tools = [
  ...listingTools,
  ...["chmod", "cp", "head", "mkdir", "mktemp", "mv", "rm", "tar", "xargs"],
];

/**
 * Makes a tree of a host equal to one of this machine: content, permissions and links as they are (never
 * followed), nothing else left in it. Owners are not kept. Only what differs is sent, beside the old tree,
 * and the trees are swapped after the host has listed the new one with its digests; a tree that is the
 * same already is not touched. Throws TRANSFER_FAILED (also for sockets, devices and pipes),
 * TOOL_MISSING, HOST_UNREACHABLE, INTERRUPTED, OPTIONS_INVALID.
 */
export function putTree(host: Host, options: PutTreeOptions): Promise<TreeTransfer> {
  const place = placeOf(options.path, "path");
  const exclude = excludedPaths(options.exclude);
  return withLocalErrors(async () => {
    const root = await realpath(options.localPath);
    const [listed, { tree: old, digest }] = await Promise.all([
      listLocalTree(root, exclude),
      listHostTree(host, place, options),
    ]);
    if (listed.get(".")?.kind !== "directory") {
      throw hoststackError("TRANSFER_FAILED", `"${options.localPath}" is not a directory`);
    }
    refuseSpecialFiles(listed, `"${options.localPath}"`);
    const found = old ?? new Map();
    const wanted = await withDigests(root, { tree: listed, other: found }, digest);
    const unchanged = firstDifference(wanted, found) === undefined;
    const send = unchanged
      ? []
      : await replace(host, { options, root, place, wanted, old, digest });
    return {
      entries: wanted.size,
      transferredFiles: send.length,
      transferredBytes: send.reduce((total, { size }) => total + size, 0),
      unchanged,
    };
  });
}

interface Replacement {
  readonly options: PutTreeOptions;
  readonly root: string;
  readonly place: Place;
  readonly wanted: Tree;
  readonly old: Tree | undefined;
  readonly digest: DigestName;
}

/** Resolves with the files that were sent. */
async function replace(host: Host, { options, root, place, wanted, old, digest }: Replacement) {
  const send = [...wanted.values()].filter((entry) => !sameEntry(entry, old?.get(entry.path)));
  const plan = archivePlan(wanted, send);
  const removed = removalList(wanted, old);
  const args = [
    place.path,
    place.stem,
    String(archiveBytes(plan)),
    old === undefined ? "" : String(removed.length),
  ];
  const script = { script: putTreeScript(listingFunctions), args, tools };
  await using dialogue = await Dialogue.open(host, script, options);
  await dialogue.expect("ready");
  await dialogue.send(removed);
  await dialogue.expect("removed");
  const sent = new Map(wanted);
  const pieces = archive({
    root,
    entries: plan,
    digest,
    sent: (entry) => sent.set(entry.path, entry),
  });
  for await (const piece of pieces) await dialogue.send(piece);
  const arrived = await dialogue.read((incoming) => readListing(incoming, host.name));
  const difference = firstDifference(sent, arrived);
  if (difference !== undefined) {
    const message = `"${shownPath(difference)}" arrived at ${host.name} other than it was sent`;
    throw hoststackError("TRANSFER_FAILED", `${message}: ${dialogue.errors.trim()}`);
  }
  await dialogue.commit();
  return send.filter(({ kind }) => kind === "file");
}

/** Names to remove from a copy of the old tree, each with NUL after it: directories stay if they can. */
function removalList(wanted: Tree, old: Tree | undefined): Buffer {
  const gone = [...(old?.values() ?? [])].filter((entry) => {
    const now = wanted.get(entry.path);
    if (entry.kind === "directory" && now?.kind === "directory") return false;
    return now === undefined || !sameEntry(now, entry);
  });
  return Buffer.concat(gone.map(({ path }) => pathBytes(`./${path}\0`)));
}
