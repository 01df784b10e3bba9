import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";
import type { RunningProcess } from "../host/transport.js";
import { samplerScript, snapshotReader } from "./snapshot.js";
import type { TimedSnapshot } from "./timed-snapshot.js";

/** Takes snapshots of one host when asked to; disposing it ends its process on the host. */
export interface Sampler extends AsyncDisposable {
  readonly host: string;
  /** Takes a snapshot now. Rejects when the host does not answer within 20 s or is gone. */
  take(kind: "tick" | "full"): Promise<TimedSnapshot>;
  /** All snapshots so far, in the order they were taken. */
  readonly snapshots: readonly TimedSnapshot[];
}

interface Pending {
  readonly askedMs: number;
  answeredMs?: number;
  readonly resolve: (timed: TimedSnapshot) => void;
  readonly reject: (error: Error) => void;
}

const answerDeadlineMs = 20_000;

/** State of a sampler: questions under way and the snapshots that came back. */
class HostSampler implements Sampler {
  readonly host: string;
  readonly snapshots: TimedSnapshot[] = [];
  readonly #process: RunningProcess;
  readonly #pending = new Map<string, Pending>();
  #next = 0;

  constructor(host: Host, process: RunningProcess) {
    this.host = host.name;
    this.#process = process;
    const read = snapshotReader((snapshot) => {
      const pending = this.#pending.get(snapshot.token);
      this.#pending.delete(snapshot.token);
      if (pending === undefined) return;
      const answeredMs = pending.answeredMs ?? performance.now();
      const timed = { snapshot, askedMs: pending.askedMs, answeredMs };
      this.snapshots.push(timed);
      pending.resolve(timed);
    });
    process.stdin.on("error", () => {});
    process.stderr.resume();
    const lines = createInterface({ input: process.stdout });
    lines.on("line", (line) => {
      if (line.startsWith("snapshot ")) this.#stamp(line.split(" ")[1] ?? "");
      read(line);
    });
    void process.exit.then(() => this.#failAll(`the sampler on ${host.name} ended`));
  }

  take(kind: "tick" | "full"): Promise<TimedSnapshot> {
    const token = String(this.#next++);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(token);
        reject(hoststackError("HOST_UNREACHABLE", `${this.host} did not answer the sampler`));
      }, answerDeadlineMs);
      timer.unref();
      this.#pending.set(token, {
        askedMs: performance.now(),
        resolve: (timed) => {
          clearTimeout(timer);
          resolve(timed);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.#process.stdin.write(`${kind} ${token}\n`);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stdin.end();
    await this.#process[Symbol.asyncDispose]();
  }

  #stamp(token: string): void {
    const pending = this.#pending.get(token);
    if (pending) pending.answeredMs = performance.now();
  }

  #failAll(reason: string): void {
    for (const pending of this.#pending.values()) {
      pending.reject(hoststackError("HOST_UNREACHABLE", reason));
    }
    this.#pending.clear();
  }
}

/** Starts the sampler's process on a host. */
export async function startSampler(host: Host): Promise<Sampler> {
  return new HostSampler(host, await host.start({ argv: ["sh", "-c", samplerScript] }));
}
