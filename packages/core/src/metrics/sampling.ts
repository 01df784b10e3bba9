import type { Host } from "../host/host.js";
import type { ClockReading, CoreUse, CounterDelta, CpuUse } from "../result/record.js";
import { ObservedHost, type SamplingPlace } from "./observed-host.js";

const tickEveryMs = 1000;

/** Samplers of all hosts of a trial, ticking together. */
export class Sampling implements AsyncDisposable {
  readonly #observed: readonly ObservedHost[];
  #timer: NodeJS.Timeout | undefined;

  private constructor(observed: readonly ObservedHost[]) {
    this.#observed = observed;
  }

  /**
   * Starts a sampler per host, takes the snapshots before, and ticks every second. Every snapshot is
   * appended to `<directory>/<host>.snapshots.ndjson` as it comes. Leaves no sampler when it throws.
   */
  static async begin(hosts: readonly Host[], place: SamplingPlace): Promise<Sampling> {
    place.signal?.throwIfAborted();
    const opened = await Promise.allSettled(hosts.map((host) => ObservedHost.open(host, place)));
    const sampling = new Sampling(
      opened.flatMap((one) => (one.status === "fulfilled" ? one.value : [])),
    );
    try {
      for (const one of opened) if (one.status === "rejected") throw one.reason;
      await Promise.all(sampling.#observed.map((one) => one.readAll()));
    } catch (error) {
      await sampling[Symbol.asyncDispose]();
      throw error;
    }
    sampling.#timer = setInterval(() => sampling.tick(), tickEveryMs);
    return sampling;
  }

  /** Takes a snapshot of CPU times and NICs now. A host that does not answer shows in `end`. */
  tick(): void {
    if (this.#timer === undefined) return;
    for (const one of this.#observed) one.tick().catch(() => {});
  }

  /**
   * Takes the snapshots after, stops ticking and finishes the files. Throws when a sampler no longer
   * answers or a file could not be written.
   */
  async end(): Promise<void> {
    this.#stopTicking();
    await Promise.all(this.#observed.map((one) => one.readAll()));
    await Promise.all(this.#observed.map((one) => one.finish()));
  }

  /** Each host's clock against the controller's; none for a host whose clock could not be read. */
  clocks(): ClockReading[] {
    return this.#observed.flatMap((one) => one.clock()?.reading ?? []);
  }

  /** What grew on each host from the first snapshot to the last. */
  counters(): CounterDelta[] {
    return this.#observed.flatMap((one) => one.counters());
  }

  /** CPU use of each machine inside an interval of the controller's monotonic clock. */
  cpu(fromMs: number, toMs: number): CpuUse[] | { unavailable: string } {
    const uses: CpuUse[] = [];
    for (const machine of new Set(this.#observed.map(({ host }) => host.machine.id))) {
      const all = this.#observed.filter(({ host }) => host.machine.id === machine);
      const hosts = all.map(({ host }) => host.name);
      const use = all[0]?.cpu(fromMs, toMs) ?? { unavailable: "no sampler ran" };
      if ("unavailable" in use) return { unavailable: `${hosts.join(", ")}: ${use.unavailable}` };
      const total = (share: (core: CoreUse) => number) =>
        use.cores.reduce((sum, core) => sum + share(core), 0);
      const unaccountedCpus = total((core) => core.unaccounted);
      const busyCpus = total((core) => 1 - core.idle) - unaccountedCpus;
      uses.push({ machine, hosts, busyCpus, unaccountedCpus, ...use });
    }
    return uses;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopTicking();
    await Promise.all(this.#observed.map((one) => one[Symbol.asyncDispose]()));
  }

  #stopTicking(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
