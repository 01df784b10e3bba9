import { styleText } from "node:util";

/** Looks of text where the terminal shows colours. */
export type Style = "bold" | "dim" | "green" | "yellow" | "red";

/** One of the two streams a command line writes to. */
export interface Channel {
  /** Prints text and ends the line. */
  line(text: string): void;
  /** Prints text as it is, e.g. a line that will be drawn over. */
  raw(text: string): void;
  /** A person watches a terminal that can draw a line over. */
  readonly live: boolean;
  /** Width of the terminal now; infinite where there is none. */
  readonly columns: number;
  /** Colours text where it is shown in colours; respects NO_COLOR and FORCE_COLOR. */
  style(format: Style, text: string): string;
}

/** Where a command line writes: data to `out`, words for people to `err`. */
export interface Terminal {
  readonly out: Channel;
  readonly err: Channel;
}

/** A channel that writes to a stream of the process, until it is closed. */
interface StreamChannel extends Channel {
  /** Waits until what was written is out; afterwards the stream is left alone. */
  close(): Promise<void>;
  /** Why the stream takes no more, other than that its reader has gone. */
  failure(): Error | undefined;
}

/** What a stream says whose reader has gone: the next program of a pipe, or the terminal window. */
const goneCodes = new Set(["EPIPE", "EIO", "ECONNRESET"]);

/** Width to count with when a terminal does not tell its own. */
const usualColumns = 80;

function shownColours(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  const { FORCE_COLOR: force, NO_COLOR: no, TERM: term } = env;
  if (force !== undefined && force !== "") return force !== "0" && force !== "false";
  return stream.isTTY === true && (no === undefined || no === "") && term !== "dumb";
}

/**
 * A channel over a stream. A stream that fails is silent from then on: nobody reading along is no
 * reason to end a run without clean-up.
 */
export function streamChannel(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): StreamChannel {
  const colours = shownColours(stream, env);
  const isTerminal = stream.isTTY === true;
  let ended = false;
  let failure: Error | undefined;
  const onError = (error: NodeJS.ErrnoException): void => {
    ended = true;
    if (!goneCodes.has(error.code ?? "")) failure ??= error;
  };
  stream.on("error", onError);
  const raw = (text: string): void => {
    if (!ended) stream.write(text);
  };
  return {
    raw,
    line: (text) => raw(`${text}\n`),
    live: isTerminal && !env["CI"] && env["TERM"] !== "dumb",
    get columns() {
      return isTerminal ? stream.columns || usualColumns : Number.POSITIVE_INFINITY;
    },
    style: (format, text) => (colours ? styleText(format, text, { validateStream: false }) : text),
    async close() {
      if (!ended) await new Promise<void>((resolve) => stream.write("", () => resolve()));
      // the error of a write comes after its callback
      await new Promise((resolve) => setImmediate(resolve));
      stream.off("error", onError);
    },
    failure: () => failure,
  };
}

/** The terminal of this process, while it is open. */
export interface ProcessTerminal extends Terminal {
  /** Waits until all is written; tells what could not be, unless the reader has just gone. */
  close(): Promise<Error | undefined>;
}

/** Opens the terminal of this process. */
export function processTerminal(): ProcessTerminal {
  const { stdout, stderr, env } = process;
  const [out, err] = [streamChannel(stdout, env), streamChannel(stderr, env)];
  return {
    out,
    err,
    async close() {
      await out.close();
      const failure = out.failure();
      if (failure !== undefined) err.line(`error: stdout cannot be written: ${failure.message}`);
      await err.close();
      return failure;
    },
  };
}
