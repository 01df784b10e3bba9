import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { Host } from "../host/host.js";
import type { CounterDelta } from "../result/record.js";
import { type Exchange, type HostClock, narrowed, readClock } from "./clock.js";
import { counterDeltas, countersOf } from "./counters.js";
import { type CpuInWindow, type CpuPoint, cpuInWindow, cpuPoint } from "./cpu.js";
import { MachineReadings } from "./machine-readings.js";
import { type Sampler, startSampler } from "./sampler.js";
import type { Snapshot, SnapshotKind } from "./snapshot.js";
import { SnapshotFile } from "./snapshot-file.js";
import type { TimedSnapshot } from "./timed-snapshot.js";

/** A reading of a clock this fine leaves a trial of 1 s well below 1 %. */
const wantedReadingS = 0.002;
/** Longest spent on a reading at each end of a trial. */
const longestReadingMs = 150;

/** What a trial's sampling needs of the caller. */
export interface SamplingPlace {
  /** Where `<host>.snapshots.ndjson` is written. */
  readonly directory: string;
  /** Ends the sampling; what is under way rejects with its reason. @default never */
  readonly signal?: AbortSignal;
  /** Takes every snapshot of a tick. @default nobody does */
  readonly onTick?: (host: string, snapshot: Snapshot) => void;
}

/** A host under a sampler: every snapshot goes to its file, and the numbers of it are kept. */
export class ObservedHost implements AsyncDisposable {
  readonly host: Host;
  readonly #sampler: Sampler;
  readonly #file: SnapshotFile;
  readonly #onTick: SamplingPlace["onTick"];
  readonly #exchanges: Exchange[][] = [];
  readonly #points: CpuPoint[] = [];
  readonly #counters: ReadonlyMap<string, number>[] = [];
  /** What its processes and CPUs did from the first full snapshot to the last. */
  readonly readings = new MachineReadings();

  private constructor(host: Host, sampler: Sampler, { directory, onTick }: SamplingPlace) {
    this.host = host;
    this.#sampler = sampler;
    this.#file = new SnapshotFile(join(directory, `${host.name}.snapshots.ndjson`));
    this.#onTick = onTick;
  }

  /** The sampler's process, as the host sees it. */
  get samplerPid(): number {
    return this.#sampler.pid;
  }

  /** Starts the sampler on a host. */
  static async open(host: Host, place: SamplingPlace): Promise<ObservedHost> {
    return new ObservedHost(host, await startSampler(host, place.signal), place);
  }

  /** Takes a full snapshot and compares clocks: at the begin and at the end of a trial. */
  async readAll(): Promise<void> {
    const { snapshot } = await this.#take("full", []);
    this.#counters.push(countersOf(snapshot));
    this.readings.add(snapshot);
    const burst: Exchange[] = [];
    const until = performance.now() + longestReadingMs;
    let unsureS = Infinity;
    while (unsureS > wantedReadingS && performance.now() < until) {
      await this.#take("clock", burst);
      const reading = narrowed(burst);
      if (reading !== undefined) unsureS = reading.received - reading.sent;
    }
  }

  /** Takes a snapshot of CPU times and NICs. */
  async tick(): Promise<void> {
    const { snapshot } = await this.#take("tick", []);
    this.#onTick?.(this.host.name, snapshot);
  }

  /** Finishes the file. Throws OUTPUT_UNWRITABLE when it is not whole. */
  async finish(): Promise<void> {
    await this.#file.close();
  }

  /** The host's clock against the controller's; undefined while there are too few snapshots. */
  clock(): HostClock | undefined {
    return readClock(this.host.name, this.#exchanges);
  }

  /** What grew from the first full snapshot to the last. */
  counters(): CounterDelta[] {
    const [first, last] = [this.#counters[0], this.#counters.at(-1)];
    return first && last ? counterDeltas(this.host.name, first, last) : [];
  }

  /** CPU use inside an interval of the controller's monotonic clock. */
  cpu(fromMs: number, toMs: number): CpuInWindow | { readonly unavailable: string } {
    const clock = this.clock();
    if (clock === undefined)
      return { unavailable: "its clock was not compared with the controller's" };
    const [fromS, toS] = [clock.uptimeAt(fromMs), clock.uptimeAt(toMs)];
    const { offsetErrorS } = clock.reading;
    return cpuInWindow(this.#points, { fromS, toS, offsetErrorS });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sampler[Symbol.asyncDispose]();
    // nobody reads on after a failure, which is told instead
    await this.#file.close().catch(() => {});
  }

  async #take(kind: SnapshotKind, burst: Exchange[]): Promise<TimedSnapshot> {
    const timed = await this.#sampler.take(kind);
    const { snapshot, askedMs, answeredMs } = timed;
    this.#file.add(timed);
    if (burst.length === 0) this.#exchanges.push(burst);
    burst.push({ askedMs, answeredMs, uptimeS: snapshot.uptimeS });
    const point = cpuPoint(snapshot);
    if (point !== undefined) this.#points.push(point);
    return timed;
  }
}
