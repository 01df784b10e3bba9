import { hoststackError } from "../../errors/error.js";
import type { Host } from "../host.js";
import { Dialogue } from "./dialogue.js";
import type { DigestName } from "./digest.js";
import { listingFunctions, listingTools, readListing } from "./host-listing.js";
import { listTreeScript } from "./host-scripts.js";
import type { TransferOptions } from "./options.js";
import type { Place } from "./place.js";
import type { Tree } from "./tree-entry.js";

/** A host's tree with the digest of every file; `tree` is undefined when there is none. */
export interface HostTree {
  readonly tree: Tree | undefined;
  readonly digest: DigestName;
}

/**
 * Lists a tree in one exchange. With a `stem`, what killed transfers to there have left is removed before. Throws TRANSFER_FAILED for something
 * else than a directory.
 */
export async function listHostTree(
  host: Host,
  place: Pick<Place, "path"> & Partial<Place>,
  options: TransferOptions,
): Promise<HostTree> {
  const script = {
    script: listTreeScript(listingFunctions),
    args: [place.path, place.stem ?? ""],
    tools: [...listingTools, "chmod", "mv", "rm"],
  };
  await using dialogue = await Dialogue.open(host, script, options);
  const { digest } = dialogue;
  const word = await dialogue.line();
  if (word === "absent") return { tree: undefined, digest };
  if (word !== "present") throw hoststackError("TRANSFER_FAILED", `${host.name} said "${word}"`);
  const tree = await dialogue.read((incoming) => readListing(incoming, host.name));
  await dialogue.ended();
  return { tree, digest };
}
