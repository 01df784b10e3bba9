import { Readable, Writable } from "node:stream";
import type { Channel, SessionEnd } from "../carrier.js";
import { message, packetBytes, type Send, windowBytes } from "./message.js";
import { encodeFields, type FieldReader } from "./wire.js";

/** The server's side of an open channel. */
export interface Peer {
  readonly id: number;
  /** Bytes it takes before it grants more. */
  readonly windowBytes: number;
  /** Most bytes of data it takes in one message. */
  readonly packetBytes: number;
}

/** Standard error as its data type code says (RFC 4254 section 5.2). */
const stderrCode = 1;

/** One channel's streams: at most a window of output waits in memory, input waits for the server. */
export class SessionChannel implements Channel {
  // Three streams, not a duplex: what goes wrong with the input must not touch the output.
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly closed: Promise<SessionEnd | undefined>;
  readonly #peer: Peer;
  readonly #send: Send;
  /** Bytes taken from the window that a stream has no room for yet. */
  readonly #held = { stdout: 0, stderr: 0 };
  #grantable = 0;
  #room: number;
  #unsent: { chunk: Buffer; done: () => void } | undefined;
  #end: SessionEnd | undefined;
  #settle: (end: SessionEnd | undefined) => void = () => {};
  #outputEnded = false;
  #closeSent = false;
  #gone = false;

  constructor(peer: Peer, send: Send) {
    this.#peer = peer;
    this.#send = send;
    this.#room = peer.windowBytes;
    this.stdout = new Readable({ read: () => this.#release("stdout") });
    this.stderr = new Readable({ read: () => this.#release("stderr") });
    this.stdin = new Writable({
      write: (chunk, _encoding, done) => this.#write(chunk, done),
      final: (done) => this.#endInput(done),
    });
    // Input that comes after the end of a program is nobody's error.
    this.stdin.on("error", () => {});
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** Takes a message of the server, after its channel number. */
  receive(type: number, body: FieldReader): void {
    if (type === message.data) this.#take("stdout", body.bytes());
    else if (type === message.extendedData) this.#takeExtended(body);
    else if (type === message.windowAdjust) this.#widen(body.number());
    else if (type === message.request) this.#answer(body);
    else if (type === message.endOfFile) this.#endOutput();
    else if (type === message.close) this.#close();
  }

  /** The connection has ended: nothing more comes, and how the process ended stays unknown. */
  lose(): void {
    this.#end = undefined;
    this.#finish();
  }

  destroy(): void {
    this.#sendClose();
    this.#dropUnsent();
    this.stdin.end();
    this.#endOutput();
  }

  #write(chunk: Buffer, done: () => void): void {
    this.#unsent = { chunk, done };
    this.#flush();
  }

  #endInput(done: () => void): void {
    if (!this.#closeSent) this.#send(message.endOfFile, encodeFields(this.#peer.id));
    done();
  }

  #takeExtended(body: FieldReader): void {
    const code = body.number();
    const data = body.bytes();
    if (code === stderrCode) this.#take("stderr", data);
    else this.#grant(data.length);
  }

  #take(name: "stderr" | "stdout", data: Buffer): void {
    if (this.#outputEnded || this[name].push(data)) this.#grant(data.length);
    else this.#held[name] += data.length;
  }

  #release(name: "stderr" | "stdout"): void {
    const held = this.#held[name];
    this.#held[name] = 0;
    if (held > 0) this.#grant(held);
  }

  #grant(bytes: number): void {
    this.#grantable += bytes;
    if (this.#grantable < windowBytes / 2 || this.#closeSent) return;
    this.#send(message.windowAdjust, encodeFields(this.#peer.id, this.#grantable));
    this.#grantable = 0;
  }

  #widen(bytes: number): void {
    this.#room += bytes;
    this.#flush();
  }

  #flush(): void {
    if (this.#closeSent || this.#end !== undefined) this.#dropUnsent();
    while (this.#unsent !== undefined && (this.#room > 0 || this.#unsent.chunk.length === 0)) {
      const { chunk, done } = this.#unsent;
      const piece = chunk.subarray(0, Math.min(this.#room, this.#peer.packetBytes, packetBytes));
      const rest = chunk.subarray(piece.length);
      this.#room -= piece.length;
      this.#unsent = rest.length > 0 ? { chunk: rest, done } : undefined;
      const sent = rest.length > 0 ? undefined : done;
      this.#send(message.data, encodeFields(this.#peer.id, piece), sent);
    }
  }

  #dropUnsent(): void {
    const unsent = this.#unsent;
    this.#unsent = undefined;
    unsent?.done();
  }

  #answer(body: FieldReader): void {
    const name = body.text();
    const wantsReply = body.boolean();
    if (name === "exit-status") this.#ending({ exitCode: body.number() });
    else if (name === "exit-signal") this.#ending({ signal: `SIG${body.text()}` });
    // A server that sees whether we are alive asks on a channel, for any answer.
    else if (wantsReply) this.#send(message.failure, encodeFields(this.#peer.id));
  }

  /** The program has ended; others may still write. Dropbear waits for the end of our input. */
  #ending(end: SessionEnd): void {
    this.#end = end;
    this.#dropUnsent();
    this.stdin.end();
  }

  #endOutput(): void {
    if (this.#outputEnded) return;
    this.#outputEnded = true;
    this.stdout.push(null);
    this.stderr.push(null);
  }

  #close(): void {
    this.#sendClose();
    this.#finish();
  }

  #sendClose(): void {
    if (this.#closeSent) return;
    this.#closeSent = true;
    this.#send(message.close, encodeFields(this.#peer.id));
  }

  #finish(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#closeSent = true;
    this.#settle(this.#end);
    this.#endOutput();
    this.#dropUnsent();
    this.stdin.end();
  }
}
