import { hoststackError } from "../../errors/error.js";
import type { Host } from "../host.js";
import { pathBytes } from "./byte-path.js";
import { Dialogue } from "./dialogue.js";
import type { DigestName } from "./digest.js";
import { sendFilesScript } from "./host-scripts.js";
import { listHostTree } from "./list-host-tree.js";
import { withLocalErrors } from "./local-errors.js";
import { isThere, replaceTree, sweepLocal } from "./local-place.js";
import { listLocalTree, withDigests } from "./local-tree.js";
import { refuseMounts } from "./mounts-within.js";
import type { TransferOptions, TreeTransfer } from "./options.js";
import { type Place, placeOf } from "./place.js";
import { checkReceivedTree } from "./received-tree.js";
import { firstDifference, sameEntry, type Tree, type TreeEntry } from "./tree-entry.js";
import { TreeWriter } from "./tree-writer.js";

/** Which tree comes where. */
export interface GetTreeOptions extends TransferOptions {
  /** A directory of the host. */
  readonly path: string;
  /** Path on this machine; the directory above it exists. What it held before is replaced as a whole. */
  readonly localPath: string;
}

/**
 * Makes a tree of this machine equal to one of a host, as {@link putTree} does the other way. The host is
 * not trusted: a tree with links that lead out of it is refused, set-user-id and the like are dropped.
 */
export function getTree(host: Host, options: GetTreeOptions): Promise<TreeTransfer> {
  const source = placeOf(options.path, "path");
  const place = placeOf(options.localPath, "localPath");
  const where = `"${options.path}" of ${host.name}`;
  return withLocalErrors(async () => {
    await sweepLocal(place);
    const { tree, digest } = await listHostTree(host, { path: source.path }, options);
    if (tree === undefined) throw hoststackError("TRANSFER_FAILED", `there is no ${where}`);
    checkReceivedTree(tree, where);
    const wanted = withoutSpecialBits(tree);
    const listed = (await isThere(place.path)) ? await listLocalTree(place.path) : new Map();
    const old = await withDigests(place.path, { tree: listed, other: wanted }, digest);
    const unchanged = firstDifference(wanted, old) === undefined;
    const fetch = [...wanted.values()].filter(
      (entry) => entry.kind === "file" && !sameEntry(entry, old.get(entry.path)),
    );
    if (!unchanged) refuseMounts(place.path, listed);
    if (!unchanged) await receive(host, { options, source, place, wanted, fetch, digest });
    return {
      entries: wanted.size,
      transferredFiles: fetch.length,
      transferredBytes: fetch.reduce((total, { size }) => total + size, 0),
      unchanged,
    };
  });
}

function withoutSpecialBits(tree: Tree): Tree {
  return new Map([...tree].map(([path, entry]) => [path, { ...entry, mode: entry.mode & 0o777 }]));
}

interface Reception {
  readonly options: GetTreeOptions;
  readonly source: Place;
  readonly place: Place;
  readonly wanted: Tree;
  readonly fetch: readonly TreeEntry[];
  readonly digest: DigestName;
}

async function receive(host: Host, reception: Reception): Promise<void> {
  const { options, source, place, wanted, fetch, digest } = reception;
  await replaceTree(place, async (directory) => {
    const writer = new TreeWriter({ directory, old: place.path, where: host.name, digest });
    await writer.directories(wanted);
    if (fetch.length > 0) {
      const tools = ["cat", "xargs"];
      const script = { script: sendFilesScript, args: [source.path], tools };
      await using dialogue = await Dialogue.open(host, script, options);
      await dialogue.expect("ready");
      const reading = dialogue.read(async (incoming) => {
        for (const entry of fetch) await writer.file(entry, incoming.bytes(entry.size));
      });
      await Promise.all([ask(dialogue, fetch), reading]);
      await dialogue.ended();
    }
    await writer.rest(wanted);
  });
}

/** Side by side with receiving: the host may hold back names while it sends content. */
async function ask(dialogue: Dialogue, files: readonly TreeEntry[]): Promise<void> {
  const asking = dialogue.send(Buffer.concat(files.map(({ path }) => pathBytes(`./${path}\0`))));
  await asking.then(() => dialogue.endInput());
}
