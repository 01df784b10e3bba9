import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import type { ProcessExit } from "../command/command.js";
import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";
import type { RunningProcess } from "../host/transport.js";
import { type SnapshotKind, samplerScript, snapshotReader } from "./snapshot.js";
import type { TimedSnapshot } from "./timed-snapshot.js";

/** Takes snapshots of one host when asked to; disposing it ends its process on the host. */
export interface Sampler extends AsyncDisposable {
  readonly host: string;
  /** Its process, as the host sees it. */
  readonly pid: number;
  /**
   * Takes a snapshot now. Rejects with HOST_UNREACHABLE when the host does not answer within 20 s or
   * the connection is lost, PROCESS_DIED when the sampler has ended, and the signal's reason.
   */
  take(kind: SnapshotKind): Promise<TimedSnapshot>;
}

interface Pending {
  readonly askedMs: number;
  answeredMs?: number;
  readonly resolve: (timed: TimedSnapshot) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

const answerDeadlineMs = 20_000;
/** How much of the end of its error output explains why a sampler ended. */
const stderrKept = 300;

function howItEnded(host: string, exit: ProcessExit, stderr: string) {
  if (exit.connectionLost) {
    return hoststackError("HOST_UNREACHABLE", `the connection to the sampler on ${host} was lost`);
  }
  const how =
    exit.signal === undefined
      ? `ended with exit status ${exit.exitCode}`
      : `was ended by ${exit.signal}`;
  const said = stderr.trim() === "" ? "" : `: ${stderr.trim()}`;
  return hoststackError("PROCESS_DIED", `the sampler on ${host} ${how}${said}`, {
    details: { host, exitCode: exit.exitCode, signal: exit.signal },
  });
}

/** State of a sampler: questions under way and, once it has ended, why. */
class HostSampler implements Sampler {
  readonly host: string;
  readonly pid: number;
  readonly #process: RunningProcess;
  readonly #pending = new Map<string, Pending>();
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => this.#close(this.#signal?.reason);
  #closed: { readonly why: unknown } | undefined;
  #stderr = "";
  #next = 0;

  constructor(host: Host, process: RunningProcess, signal: AbortSignal | undefined) {
    this.host = host.name;
    this.pid = process.pid;
    this.#process = process;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (signal?.aborted) this.#onAbort();
    process.stdin.on("error", () => {});
    process.stderr.on("data", (chunk) => {
      this.#stderr = `${this.#stderr}${chunk}`.slice(-stderrKept);
    });
    const read = snapshotReader((snapshot) => {
      const pending = this.#settle(snapshot.token);
      const answeredMs = pending?.answeredMs ?? performance.now();
      pending?.resolve({ snapshot, askedMs: pending.askedMs, answeredMs });
    });
    createInterface({ input: process.stdout }).on("line", (line) => {
      if (line.startsWith("snapshot ")) this.#stamp(line.split(" ")[1] ?? "");
      read(line);
    });
    void process.exit.then((exit) => this.#close(howItEnded(this.host, exit, this.#stderr)));
  }

  take(kind: SnapshotKind): Promise<TimedSnapshot> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed.why);
    const token = String(this.#next++);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const text = `${this.host} did not answer the sampler within ${answerDeadlineMs / 1000} s`;
        this.#settle(token)?.reject(hoststackError("HOST_UNREACHABLE", text));
      }, answerDeadlineMs);
      this.#pending.set(token, { askedMs: performance.now(), resolve, reject, timer });
      this.#process.stdin.write(`${kind} ${token}\n`);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close(hoststackError("PROCESS_DIED", `the sampler on ${this.host} was closed`));
    this.#process.stdin.end();
    await this.#process[Symbol.asyncDispose]();
  }

  #stamp(token: string): void {
    const pending = this.#pending.get(token);
    if (pending) pending.answeredMs = performance.now();
  }

  /** Takes a question off the list; undefined when it is no longer waited for. */
  #settle(token: string): Pending | undefined {
    const pending = this.#pending.get(token);
    this.#pending.delete(token);
    clearTimeout(pending?.timer);
    return pending;
  }

  #close(why: unknown): void {
    this.#closed ??= { why };
    this.#signal?.removeEventListener("abort", this.#onAbort);
    for (const token of [...this.#pending.keys()]) this.#settle(token)?.reject(this.#closed.why);
  }
}

/** Starts the sampler's process on a host. The signal ends it and rejects what is under way. */
export async function startSampler(host: Host, signal?: AbortSignal): Promise<Sampler> {
  signal?.throwIfAborted();
  const process = await host.start(
    { argv: ["sh", "-c", samplerScript] },
    signal === undefined ? {} : { signal },
  );
  return new HostSampler(host, process, signal);
}
