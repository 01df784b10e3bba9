/** How a transfer is done. */
export interface TransferOptions {
  /** Gives up when no byte has moved for this long (TRANSFER_FAILED). @default 120_000 */
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
