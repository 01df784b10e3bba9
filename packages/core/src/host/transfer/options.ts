import { hoststackError } from "../../errors/error.js";

/** How a transfer is done. */
export interface TransferOptions {
  /** Gives up when no byte has moved for this long, at most 24 days (TRANSFER_FAILED). @default 120_000 */
  readonly stallMs?: number;
  /** Ends the transfer when it fires (INTERRUPTED); nothing is put in place. */
  readonly signal?: AbortSignal;
}

/** What a transfer of a tree did. */
export interface TreeTransfer {
  /** Files, directories and links of the tree, itself included. */
  readonly entries: number;
  /** Files whose content was transferred; the others were there already. */
  readonly transferredFiles: number;
  readonly transferredBytes: number;
  /** Everything was there already and nothing was touched. */
  readonly unchanged: boolean;
}

/** Throws OPTIONS_INVALID for permission bits there are not. */
export function checkMode({ mode = 0 }: { readonly mode?: number }): void {
  if (Number.isInteger(mode) && mode >= 0 && mode <= 0o7777) return;
  throw hoststackError("OPTIONS_INVALID", `mode is ${mode}, which are no permission bits`, {
    remedy: "give a number from 0 to 0o7777, e.g. 0o644",
    details: { field: "mode" },
  });
}
