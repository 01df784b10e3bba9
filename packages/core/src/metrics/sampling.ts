import type { Host } from "../host/host.js";
import type { ClockReading, CoreUse, CounterDelta, CpuUse } from "../result/record.js";
import { readClock } from "./clock.js";
import { counterDeltas } from "./counters.js";
import { cpuInWindow } from "./cpu.js";
import { type Sampler, startSampler } from "./sampler.js";

/** Samplers of all hosts of a trial, ticking together. */
export class Sampling implements AsyncDisposable {
  readonly #hosts: readonly Host[];
  readonly #samplers: readonly Sampler[];
  readonly #timer: NodeJS.Timeout;

  private constructor(hosts: readonly Host[], samplers: readonly Sampler[]) {
    this.#hosts = hosts;
    this.#samplers = samplers;
    this.#timer = setInterval(() => this.tick(), 1000);
  }

  /** Starts a sampler per host, takes the snapshot before, and ticks every second. */
  static async begin(hosts: readonly Host[]): Promise<Sampling> {
    const samplers = await Promise.all(hosts.map(startSampler));
    const sampling = new Sampling(hosts, samplers);
    try {
      await Promise.all(samplers.map((sampler) => sampler.take("full")));
    } catch (error) {
      await sampling[Symbol.asyncDispose]();
      throw error;
    }
    return sampling;
  }

  /** Takes a snapshot of CPU counters now. A host that does not answer shows in `end`. */
  tick(): void {
    for (const sampler of this.#samplers) sampler.take("tick").catch(() => {});
  }

  /** Takes the snapshot after and stops ticking. Throws when a host no longer answers. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#samplers.map((sampler) => sampler.take("full")));
  }

  /** Each host's clock against the controller's. */
  clocks(): ClockReading[] {
    return this.#samplers.flatMap((sampler) => readClock(sampler.host, sampler.snapshots) ?? []);
  }

  /** Every snapshot so far as lines of JSON, by host: the raw data behind CPU use and counters. */
  dump(): readonly { readonly host: string; readonly ndjson: string }[] {
    return this.#samplers.map(({ host, snapshots }) => ({
      host,
      ndjson: snapshots
        .map(({ snapshot: { kind, uptimeS, files }, askedMs, answeredMs }) =>
          JSON.stringify({ kind, uptimeS, askedMs, answeredMs, files: Object.fromEntries(files) }),
        )
        .join("\n"),
    }));
  }

  /** What grew on each host from the first snapshot to the last. */
  counters(): CounterDelta[] {
    return this.#samplers.flatMap((sampler) => {
      const full = sampler.snapshots.filter((timed) => timed.snapshot.kind === "full");
      const [first, last] = [full[0], full.at(-1)];
      if (first === undefined || last === undefined || first === last) return [];
      return counterDeltas(sampler.host, first.snapshot, last.snapshot);
    });
  }

  /** CPU use of each machine inside an interval of the controller's monotonic clock. */
  cpu(fromMs: number, toMs: number): CpuUse[] | { unavailable: string } {
    const uses: CpuUse[] = [];
    for (const machine of new Set(this.#hosts.map((host) => host.machine.id))) {
      const hosts = this.#hosts.filter((host) => host.machine.id === machine);
      const names = hosts.map((host) => host.name);
      const sampler = this.#samplers.find((one) => one.host === names[0]);
      const clock = sampler && readClock(sampler.host, sampler.snapshots);
      if (sampler === undefined || clock === undefined) {
        return { unavailable: `too few snapshots of ${names.join(", ")}` };
      }
      const [fromS, toS] = [fromMs / 1000 + clock.offsetS, toMs / 1000 + clock.offsetS];
      const use = cpuInWindow(sampler.snapshots, fromS, toS);
      if (use === undefined) {
        return { unavailable: `the snapshots of ${names.join(", ")} do not cover the window` };
      }
      const total = (share: (core: CoreUse) => number) =>
        use.cores.reduce((sum, core) => sum + share(core), 0);
      const unaccountedCpus = total((core) => core.unaccounted);
      const busyCpus = total((core) => 1 - core.idle) - unaccountedCpus;
      const about = { machine, hosts: names, windowS: toS - fromS };
      uses.push({ ...about, busyCpus, unaccountedCpus, ...use });
    }
    return uses;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#samplers.map((sampler) => sampler[Symbol.asyncDispose]()));
  }
}
