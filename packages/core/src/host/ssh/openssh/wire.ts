/** A field of a message: a number is a uint32, a boolean a byte, anything else a string. */
export type Field = boolean | number | string | Buffer;

/** Joins fields as SSH writes them (RFC 4251 section 5). */
export function encodeFields(...fields: readonly Field[]): Buffer {
  return Buffer.concat(fields.flatMap(encodeField));
}

function encodeField(field: Field): Buffer[] {
  if (typeof field === "boolean") return [Buffer.from([field ? 1 : 0])];
  if (typeof field === "number") return [uint32(field)];
  const bytes = typeof field === "string" ? Buffer.from(field) : field;
  return [uint32(bytes.length), bytes];
}

function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Reads the fields of one message in order. Throws RangeError past its end. */
export class FieldReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  number(): number {
    const value = this.#bytes.readUInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  boolean(): boolean {
    return this.#bytes.readUInt8(this.#at++) !== 0;
  }

  bytes(): Buffer {
    const length = this.number();
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError("a string runs past the end of its message");
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  text(): string {
    return this.bytes().toString();
  }
}

/** Far above what either side may send; a larger one means the two have lost step. */
const maxMessageBytes = 1024 * 1024;

/** Cuts a byte stream into messages that are each preceded by their length. */
export class MessageSplitter {
  #parts: Buffer[] = [];
  #size = 0;

  /** The messages that are complete with this chunk. Throws RangeError for an impossible length. */
  *push(chunk: Buffer): Generator<Buffer> {
    this.#parts.push(chunk);
    this.#size += chunk.length;
    for (;;) {
      if (this.#size < 4) return;
      const needed = 4 + this.#joined(4).readUInt32BE(0);
      if (needed > maxMessageBytes) throw new RangeError(`a message of ${needed} bytes`);
      if (this.#size < needed) return;
      const bytes = this.#joined(needed);
      this.#parts[0] = bytes.subarray(needed);
      this.#size -= needed;
      yield bytes.subarray(4, needed);
    }
  }

  /** Everything that waits, in one piece once more than the first part is needed. */
  #joined(needed: number): Buffer {
    const [first] = this.#parts;
    if (first !== undefined && first.length >= needed) return first;
    const all = Buffer.concat(this.#parts);
    this.#parts = [all];
    return all;
  }
}

/** Puts its length before a message. */
export function framed(message: Buffer): Buffer {
  return Buffer.concat([uint32(message.length), message]);
}
