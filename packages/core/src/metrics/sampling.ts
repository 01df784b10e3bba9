import type { Host } from "../host/host.js";
import { processToken } from "../host/process-token.js";
import type {
  ClockReading,
  CoreUse,
  CounterDelta,
  CpuUse,
  DisturbanceRecord,
} from "../result/record.js";
import { ObservedHost, type SamplingPlace } from "./observed-host.js";
import { WatchedComputer } from "./watched-computer.js";

const tickEveryMs = 1000;

/** What a trial's sampling is asked for. */
export interface SamplingRequest extends SamplingPlace {
  /**
   * Processes of this computer, beside this one, that hosts descend from: it is watched as well. @default the hosts
   * are computers of their own
   */
  readonly embeddedBy?: readonly number[] | undefined;
}

/** The id and start of this process, where they can be told; hosts may be this computer. */
function ownProcess(): { readonly pid: number; readonly startTicks: number } | undefined {
  try {
    return { pid: process.pid, startTicks: Number(processToken().split("-")[1]) };
  } catch {
    return undefined;
  }
}

/** Samplers of all hosts of a trial, ticking together. */
export class Sampling implements AsyncDisposable {
  readonly #observed: readonly ObservedHost[];
  readonly #computer: WatchedComputer | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(observed: readonly ObservedHost[], computer: WatchedComputer | undefined) {
    this.#observed = observed;
    this.#computer = computer;
  }

  /**
   * Starts a sampler per host, takes the snapshots before, and ticks every second. Every snapshot is
   * appended to `<directory>/<host>.snapshots.ndjson` as it comes. Leaves no sampler when it throws.
   */
  static async begin(hosts: readonly Host[], request: SamplingRequest): Promise<Sampling> {
    const { embeddedBy, ...place } = request;
    place.signal?.throwIfAborted();
    const opening = hosts.map((host) => ObservedHost.open(host, place));
    const watching =
      embeddedBy === undefined ? undefined : WatchedComputer.open(embeddedBy, place.signal);
    const [opened, [watched]] = await Promise.all([
      Promise.allSettled(opening),
      Promise.allSettled([watching]),
    ]);
    const sampling = new Sampling(
      opened.flatMap((one) => (one.status === "fulfilled" ? one.value : [])),
      watched.status === "fulfilled" ? watched.value : undefined,
    );
    try {
      for (const one of [...opened, watched]) if (one.status === "rejected") throw one.reason;
      await sampling.#readAll();
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
    await this.#readAll();
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

  /** What else each machine did from the first snapshot to the last. */
  disturbances(): DisturbanceRecord[] {
    // a namespace sees nothing but its own processes: the computer it is on tells
    const seeing = this.#observed.filter(({ host }) => host.transport.kind !== "netns");
    const machines = [...new Set(seeing.map(({ host }) => host.machine.id))].map((machine) =>
      seeing.filter(({ host }) => host.machine.id === machine),
    );
    const controller = ownProcess();
    const ofHosts = machines.flatMap((all) => {
      const [first] = all;
      if (first === undefined) return [];
      const here = controller && first.readings.holds(controller.pid, controller.startTicks);
      const pids = [...all.map(({ samplerPid }) => samplerPid), ...(here ? [controller.pid] : [])];
      const overSsh = all.flatMap(({ host }) => host.transport.connectedBy?.() ?? []);
      const where = all.map(({ host }) => host.name).join(" + ");
      return first.readings.disturbance(where, { pids, overSsh });
    });
    return [...ofHosts, ...(this.#computer === undefined ? [] : [this.#computer.disturbance()])];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopTicking();
    await Promise.all(
      [...this.#observed, this.#computer].map((one) => one?.[Symbol.asyncDispose]()),
    );
  }

  async #readAll(): Promise<void> {
    await Promise.all([...this.#observed, this.#computer].map((one) => one?.readAll()));
  }

  #stopTicking(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
