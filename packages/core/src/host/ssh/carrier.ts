import type { Readable, Writable } from "node:stream";

/** What a server says of the end of a process. */
export interface SessionEnd {
  readonly exitCode?: number;
  /** Name of the signal that ended it, e.g. `SIGKILL`. */
  readonly signal?: string;
}

/** One command on a server. */
export interface Channel {
  /** Emits no error: input left over when a program ends is nobody's. */
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** How the process ended, once the channel is closed; undefined when the server did not say. */
  readonly closed: Promise<SessionEnd | undefined>;
  /** Closes the channel on both sides. */
  destroy(): void;
}

/** An authenticated SSH connection, whoever speaks the protocol on it. */
export interface Carrier {
  /** What the server calls itself, e.g. `OpenSSH_9.2p1`; undefined when that is not known. */
  readonly serverSoftware: string | undefined;
  /** Settles when the connection has ended, for whatever reason; never rejects. */
  readonly lost: Promise<void>;
  /** Settles when nothing of it is left on this machine either; never rejects. */
  readonly closed: Promise<void>;
  /** Has the login shell of the account run a text. Throws ChannelRefused, or what ended the connection. */
  openChannel(text: string): Promise<Channel>;
  /** Ends the connection in good order. */
  end(): void;
  /** Ends the connection at once. */
  destroy(): void;
}

/** Connects and logs in. Throws HOST_KEY_REJECTED, HOST_UNREACHABLE, INTERRUPTED. */
export type OpenCarrier = (signal: AbortSignal | undefined) => Promise<Carrier>;

/** The server refused one more channel (`MaxSessions` of OpenSSH), which ends nothing else. */
export class ChannelRefused extends Error {}
