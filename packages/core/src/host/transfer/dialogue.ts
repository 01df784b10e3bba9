import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ProcessExit } from "../../command/command.js";
import { hoststackError } from "../../errors/error.js";
import type { Host } from "../host.js";
import type { RunningProcess } from "../transport.js";
import { type DigestName, digestOf, digestPrograms } from "./digest.js";
import { Incoming } from "./incoming.js";
import type { TransferOptions } from "./options.js";

const defaultStallMs = 120_000;
/** A longer delay ends a timer at once. */
const longestStallMs = 2 ** 31 - 1;
/** What a host's script may take to remove what it has begun. */
const tidyMs = 2000;
const keptErrorBytes = 4096;

/** A script of the host that is talked with; `$1` is the choice of digest programs. */
export interface DialogueScript {
  readonly script: string;
  readonly args: readonly string[];
  /** Programs it needs besides `sh`. */
  readonly tools: readonly string[];
  /** Bytes of content it computes digests of with `digest`. @default it runs `$sum` itself, a program that takes files */
  readonly digestBytes?: number;
}

const emptySha256 = createHash("sha256").digest("hex");

/**
 * Says which program is missing, or which digest program was chosen: OpenSSL's only on a CPU with instructions for
 * SHA-256, and only where it works. `digest` computes it of its input.
 */
const opening = `
CDPATH=
for tool in $tools; do
  command -v "$tool" >/dev/null || { echo "missing $tool"; exit 1; }
done
usable() {
  command -v "$1" >/dev/null || return 1
  [ "$1" = openssl ] || return 0
  head -c 8192 /proc/cpuinfo 2>/dev/null | grep -qwE 'sha_ni|sha2' 2>/dev/null || return 1
  case $(openssl dgst -sha256 -r </dev/null 2>/dev/null) in ${emptySha256}*) ;; *) return 1 ;; esac
}
for sum in $sums missing; do usable "$sum" && break; done
digest() { if [ "$sum" = openssl ]; then openssl dgst -sha256 -r; else "$sum"; fi; }
[ "$sum" != missing ] || { echo "missing sha256sum"; exit 1; }
echo "$sum"
`;

/** One process of a host that takes part in a transfer. */
export class Dialogue implements AsyncDisposable {
  readonly incoming: Incoming;
  readonly #process: RunningProcess;
  readonly #host: string;
  readonly #stallMs: number;
  readonly #timer: NodeJS.Timeout;
  #errors = Buffer.alloc(0);
  /** Settles when the process has ended or, after a stall, need not be waited for any more. */
  readonly #over: Promise<ProcessExit | undefined>;
  #isOver = false;
  /** Called when there may be room for more, or never will be. */
  #goOn = () => {};
  #stalled = false;
  #digest: DigestName | undefined;

  private constructor(process: RunningProcess, host: string, stallMs: number) {
    this.#process = process;
    this.#host = host;
    this.#stallMs = stallMs;
    let giveUp = (_: undefined) => {};
    const stalled = new Promise<undefined>((resolve) => {
      giveUp = resolve;
    });
    this.#timer = setTimeout(() => {
      this.#stalled = true;
      void process.kill("SIGTERM");
      // A dead connection may take a minute to be noticed.
      setTimeout(giveUp, tidyMs, undefined);
    }, stallMs);
    this.incoming = new Incoming(process.stdout, () => this.#timer.refresh());
    for (const event of ["drain", "close"]) process.stdin.on(event, () => this.#goOn());
    process.stderr.on("data", (chunk: Buffer) => {
      this.#errors = Buffer.concat([this.#errors, chunk]).subarray(-keptErrorBytes);
    });
    this.#over = Promise.race([process.exit, stalled]);
    void this.#over.then(() => {
      this.#isOver = true;
      this.#goOn();
      this.incoming.stop();
      clearTimeout(this.#timer);
    });
  }

  /** Starts the script. Throws TOOL_MISSING, and what `start` and {@link failure} throw. */
  static async open(
    host: Host,
    { script, args, tools, digestBytes }: DialogueScript,
    options: TransferOptions,
  ): Promise<Dialogue> {
    checkStall(options);
    const text = `tools="${tools.join(" ")}" sums="${digestPrograms(digestBytes).join(" ")}"\n${opening}${script}`;
    const stallMs = options.stallMs ?? defaultStallMs;
    const starting = host.start(
      { argv: ["sh", "-c", text, "sh", ...args] },
      options.signal === undefined ? {} : { signal: options.signal },
    );
    const process = await inTime(starting, stallMs);
    if (process === undefined) throw stalledError(host.name, stallMs);
    const dialogue = new Dialogue(process, host.name, stallMs);
    try {
      await dialogue.#open();
      return dialogue;
    } catch (error) {
      await dialogue[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The digest the host computes. */
  get digest(): DigestName {
    if (this.#digest === undefined) throw new Error("the dialogue is not open");
    return this.#digest;
  }

  /** What the host printed on standard error, the end of it. */
  get errors(): string {
    return this.#errors.toString();
  }

  /** Waits until there is room for more. `sent` is called when the memory of the chunk may be used again. */
  async send(chunk: Buffer, sent?: () => void): Promise<void> {
    this.#timer.refresh();
    const { stdin } = this.#process;
    if (this.#isOver || stdin.destroyed) throw await this.failure();
    if (stdin.write(chunk, () => sent?.())) return;
    await new Promise<void>((resolve) => {
      this.#goOn = resolve;
    });
    // Where it has ended meanwhile, the next call says why.
  }

  /** Nothing more will be sent. */
  endInput(): void {
    this.#process.stdin.end();
  }

  /** The next line; throws {@link failure} when the process ends instead. */
  async line(): Promise<string> {
    const line = await this.incoming.line();
    if (line === undefined) throw await this.failure();
    return line;
  }

  /** Reads what comes; when the process ended badly amid it, that is what went wrong. */
  async read<T>(reader: (incoming: Incoming) => Promise<T>): Promise<T> {
    try {
      return await reader(this.incoming);
    } catch (error) {
      if (this.incoming.ended && !isGood(await this.#over)) throw await this.failure();
      throw error;
    }
  }

  /** Waits for a word. Throws {@link failure} for any other. */
  async expect(word: string): Promise<void> {
    const line = await this.line();
    if (line !== word) {
      throw hoststackError("TRANSFER_FAILED", `${this.#host} said "${line}", not "${word}"`);
    }
  }

  /** Has what was sent put in place. */
  async commit(): Promise<void> {
    await this.send(Buffer.from("commit\n"));
    await this.expect("done");
    await this.ended();
  }

  /** Waits for a good end. Throws {@link failure}. */
  async ended(): Promise<void> {
    this.#process.stdin.end();
    this.incoming.discard();
    const exit = await this.#over;
    if (!isGood(exit) || this.#stalled) throw await this.failure();
  }

  /** Why the process ended early: INTERRUPTED, HOST_UNREACHABLE or TRANSFER_FAILED with its words. */
  async failure(): Promise<Error> {
    this.#process.stdin.end();
    this.incoming.discard();
    const exit = await this.#over;
    const words = this.errors.trim();
    const facts = { details: { host: this.#host, exitCode: exit?.exitCode, signal: exit?.signal } };
    if (exit?.aborted) {
      return hoststackError("INTERRUPTED", `the transfer with ${this.#host} was stopped`, facts);
    }
    if (this.#stalled) {
      return stalledError(this.#host, this.#stallMs, facts);
    }
    if (exit?.connectionLost === true) {
      const message = `the connection to ${this.#host} was lost during a transfer`;
      return hoststackError("HOST_UNREACHABLE", message, facts);
    }
    const why =
      words === "" ? `it ended with ${exit?.signal ?? `status ${exit?.exitCode}`}` : words;
    return hoststackError(
      "TRANSFER_FAILED",
      `the transfer with ${this.#host} failed: ${why}`,
      facts,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.#isOver) {
      // Not killed at once: the script removes what it has begun.
      await this.#process.kill("SIGTERM");
      await Promise.race([this.#over, sleep(tidyMs, undefined, { ref: false })]);
    }
    const gone = this.#process[Symbol.asyncDispose]();
    if (!this.#stalled) await gone;
  }

  async #open(): Promise<void> {
    const [word = "", tool] = (await this.line()).split(" ");
    this.#digest = digestOf(word);
    if (this.#digest !== undefined) return;
    if (word !== "missing") throw new Error(`the host's script said "${word}"`);
    throw hoststackError("TOOL_MISSING", `"${tool}" is not installed on ${this.#host}`, {
      remedy: "install coreutils, findutils and tar there, or busybox",
      details: { program: tool, host: this.#host },
    });
  }
}

/** Throws OPTIONS_INVALID for a time no timer can keep. */
function checkStall({ stallMs = defaultStallMs }: TransferOptions): void {
  if (stallMs > 0 && stallMs <= longestStallMs) return;
  throw hoststackError("OPTIONS_INVALID", `stallMs is ${stallMs}, not a time in milliseconds`, {
    remedy: `give a number above 0 and up to ${longestStallMs} (24 days)`,
    details: { field: "stallMs" },
  });
}

/** What has started; undefined where the time is over, after which it is ended once it starts. */
async function inTime(
  starting: Promise<RunningProcess>,
  limitMs: number,
): Promise<RunningProcess | undefined> {
  const stop = new AbortController();
  const over = sleep(limitMs, undefined, { signal: stop.signal }).catch(() => undefined);
  const process = await Promise.race([starting, over]).finally(() => stop.abort());
  if (process === undefined) starting.then((late) => late[Symbol.asyncDispose]()).catch(() => {});
  return process;
}

function stalledError(host: string, stallMs: number, facts?: { details: Record<string, unknown> }) {
  const message = `the transfer with ${host} stalled: no byte moved for ${stallMs} ms`;
  return hoststackError("TRANSFER_FAILED", message, {
    remedy: "check the connection; raise stallMs when single files take longer to read there",
    ...facts,
  });
}

function isGood(exit: ProcessExit | undefined): boolean {
  return exit?.exitCode === 0 && !exit.aborted;
}
