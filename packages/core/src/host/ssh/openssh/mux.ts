import { connect, type Socket } from "node:net";
import { type Channel, ChannelRefused } from "../carrier.js";
import { message, packetBytes, type Send, windowBytes } from "./message.js";
import { type Peer, SessionChannel } from "./session-channel.js";
import { encodeFields, FieldReader, framed, MessageSplitter } from "./wire.js";

/** Messages between an OpenSSH master and its clients (PROTOCOL.mux of OpenSSH). */
const mux = { hello: 1, proxy: 0x1000000f, proxied: 0x8000000f } as const;
const muxVersion = 4;

/** What is asked of the server and not answered yet. */
interface Asked {
  opened(peer: Peer): void;
  done(): void;
  failed(error: Error): void;
}

/** Channels over the connection of an OpenSSH master. */
export interface Mux {
  /** Runs a text in the login shell. Throws ChannelRefused, or an error when the connection ends. */
  openChannel(text: string): Promise<Channel>;
  /** Settles when the master has closed the socket; never rejects. */
  readonly closed: Promise<void>;
  destroy(): void;
}

/**
 * Connects to the control socket of an OpenSSH master and makes it a proxy: from then on the channel
 * messages of SSH itself go over the socket, and the master only encrypts and numbers them. So a
 * command costs no further process, and its exit status and signal are the server's own words.
 */
export async function openMux(path: string): Promise<Mux> {
  const socket = connect(path);
  const proxy = new Proxied(socket);
  await proxy.ready;
  return proxy;
}

class Proxied implements Mux {
  readonly closed: Promise<void>;
  readonly ready: Promise<void>;
  readonly #socket: Socket;
  readonly #splitter = new MessageSplitter();
  readonly #channels = new Map<number, SessionChannel>();
  readonly #asked = new Map<number, Asked>();
  #count = 0;
  #over = false;
  #take: (bytes: Buffer) => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    let failure: Error | undefined;
    socket.on("error", (error) => {
      failure = error;
    });
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
    void this.closed.then(() => this.#lose());
    this.ready = new Promise((resolve, reject) => {
      this.#take = (bytes) => this.#greet(bytes, resolve);
      socket.once("close", () => reject(failure ?? new Error("ssh closed its control socket")));
    });
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    // Both at once: the master answers in order.
    this.#put(encodeFields(mux.hello, muxVersion));
    this.#put(encodeFields(mux.proxy, 0));
  }

  async openChannel(text: string): Promise<Channel> {
    const id = this.#count++;
    const [channel, peer] = await this.#ask<[SessionChannel, Peer]>(id, (resolve) => {
      this.#send(message.open, encodeFields("session", id, windowBytes, packetBytes));
      return { opened: (peer) => resolve([this.#add(id, peer), peer]) };
    });
    await this.#ask<void>(id, (resolve) => {
      this.#send(message.request, encodeFields(peer.id, "exec", true, text));
      return { done: resolve };
    });
    return channel;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #add(id: number, peer: Peer): SessionChannel {
    const channel = new SessionChannel(peer, this.#send);
    this.#channels.set(id, channel);
    void channel.closed.then(() => {
      this.#channels.delete(id);
      this.#asked.get(id)?.failed(new Error("the server closed the channel"));
    });
    return channel;
  }

  #ask<T>(id: number, send: (resolve: (value: T) => void) => Partial<Asked>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#over) throw new Error("the connection has ended");
      this.#asked.set(id, { opened: () => {}, done: () => {}, ...send(resolve), failed: reject });
    }).finally(() => this.#asked.delete(id));
  }

  readonly #send: Send = (type, body, sent) => {
    // No padding, then the type: the same head as a packet of the SSH transport.
    this.#put(Buffer.concat([Buffer.from([0, type]), body]), sent);
  };

  #put(bytes: Buffer, sent?: () => void): void {
    if (this.#socket.writable) this.#socket.write(framed(bytes), () => sent?.());
    else sent?.();
  }

  #read(chunk: Buffer): void {
    try {
      for (const bytes of this.#splitter.push(chunk)) this.#take(bytes);
    } catch (cause) {
      this.#socket.destroy(cause instanceof Error ? cause : undefined);
    }
  }

  #greet(bytes: Buffer, ready: () => void): void {
    const reader = new FieldReader(bytes);
    const type = reader.number();
    const answer = reader.number();
    if (type === mux.hello && answer === muxVersion) return;
    if (type !== mux.proxied) {
      throw new Error(`ssh answered ${type} with ${answer} where it should become a proxy`);
    }
    this.#take = (packet) => this.#dispatch(packet);
    ready();
  }

  #dispatch(packet: Buffer): void {
    const type = packet.readUInt8(1);
    const body = new FieldReader(packet.subarray(2));
    const id = body.number();
    const asked = this.#asked.get(id);
    if (type === message.opened) asked?.opened(peerOf(body));
    else if (type === message.openFailed) asked?.failed(refusal(body));
    else if (type === message.success) asked?.done();
    else if (type === message.failure) asked?.failed(new Error("the server runs no commands"));
    else this.#channels.get(id)?.receive(type, body);
  }

  #lose(): void {
    this.#over = true;
    for (const channel of this.#channels.values()) channel.lose();
    for (const { failed } of this.#asked.values()) failed(new Error("the connection has ended"));
  }
}

function peerOf(body: FieldReader): Peer {
  return { id: body.number(), windowBytes: body.number(), packetBytes: body.number() };
}

function refusal(body: FieldReader): Error {
  body.number();
  return new ChannelRefused(body.text());
}
