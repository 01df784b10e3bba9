import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { hoststackError } from "../../errors/error.js";
import type { Host } from "../host.js";
import { Dialogue } from "./dialogue.js";
import { newDigest } from "./digest.js";
import { getFileScript } from "./host-scripts.js";
import { withLocalErrors } from "./local-errors.js";
import { sweepLocal, temporaryName } from "./local-place.js";
import { checkMode, type TransferOptions } from "./options.js";
import { placeOf } from "./place.js";

/** Which file comes where. */
export interface GetFileOptions extends TransferOptions {
  /** Path on the host; a link is followed. */
  readonly path: string;
  /** Path on this machine; its directory exists. A link there is replaced, not followed. */
  readonly localPath: string;
  /** Permission bits. @default those of the host's file, without set-user-id and the like */
  readonly mode?: number;
}

const tools = ["cat", "stat"];

/**
 * Fetches a file of any size from a host, in bounded memory. Its digest is compared with one computed on
 * the host before it is put in place by a rename. Throws as {@link putFile} does.
 */
export function getFile(host: Host, options: GetFileOptions): Promise<void> {
  checkMode(options);
  const source = placeOf(options.path, "path");
  const place = placeOf(options.localPath, "localPath");
  return withLocalErrors(async () => {
    await sweepLocal(place);
    const temporary = temporaryName(place);
    try {
      const file = await open(temporary, "wx", 0o600);
      try {
        const script = { script: getFileScript, args: [source.path], tools };
        await using dialogue = await Dialogue.open(host, script, options);
        const raw = await dialogue.line();
        const mode = options.mode ?? Number.parseInt(raw, 16) & 0o777;
        await receive(dialogue, { file, where: `"${options.path}" of ${host.name}` });
        await file.chmod(mode);
      } finally {
        await file.close();
      }
      await rename(temporary, place.path);
    } finally {
      await rm(temporary, { force: true });
    }
  });
}

async function receive(
  dialogue: Dialogue,
  { file, where }: { readonly file: FileHandle; readonly where: string },
): Promise<void> {
  const hash = newDigest(dialogue.digest);
  for await (const piece of dialogue.incoming.bytes(Number.POSITIVE_INFINITY)) {
    hash.update(piece);
    await file.writeFile(piece);
  }
  await dialogue.ended();
  if (dialogue.errors.includes(`${hash.digest("hex")} `)) return;
  throw hoststackError("TRANSFER_FAILED", `${where} arrived other than it was sent`, {
    remedy: "see that nothing writes to it meanwhile, then try again",
  });
}
