import { pieceBytes } from "./file-pieces.js";

/** Memory for pieces of a file, used again once a piece is sent: the kernel need not clear new pages for each. */
export class PieceBuffers {
  readonly #free: Buffer[] = [];

  /** A buffer of `pieceBytes`. */
  readonly take = (): Buffer => this.#free.pop() ?? Buffer.allocUnsafeSlow(pieceBytes);

  /** Takes back the buffer a piece is part of. */
  give(piece: Buffer): void {
    this.#free.push(Buffer.from(piece.buffer));
  }
}
