import type { Host } from "../host/host.js";
import { openLocalTransport } from "../host/local.js";
import { openHost } from "../host/open-host.js";
import type { DisturbanceRecord } from "../result/record.js";
import { MachineReadings } from "./machine-readings.js";
import { type Sampler, startSampler } from "./sampler.js";

/** The name of the computer this runs on, in records. */
const thisComputer = "this computer";

/** The computer that guests or namespaces are on: what runs there beside them disturbs them. */
export class WatchedComputer implements AsyncDisposable {
  readonly #host: Host;
  readonly #sampler: Sampler;
  readonly #own: readonly number[];
  readonly #readings = new MachineReadings();

  private constructor(host: Host, sampler: Sampler, own: readonly number[]) {
    this.#host = host;
    this.#sampler = sampler;
    this.#own = [sampler.pid, process.pid, ...own];
  }

  /** Starts a sampler on this computer; `own` are processes, beside this one, that hosts descend from. */
  static async open(own: readonly number[], signal?: AbortSignal): Promise<WatchedComputer> {
    const transport = openLocalTransport();
    const host = openHost({ name: thisComputer, machine: { id: thisComputer }, transport });
    return new WatchedComputer(host, await startSampler(host, signal), own);
  }

  /** Reads all processes: at the begin and at the end of a trial. */
  async readAll(): Promise<void> {
    const { snapshot } = await this.#sampler.take("full");
    this.#readings.add(snapshot);
  }

  /** What else the computer did in between. */
  disturbance(): DisturbanceRecord {
    return this.#readings.disturbance(thisComputer, { pids: this.#own });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sampler[Symbol.asyncDispose]();
    await this.#host[Symbol.asyncDispose]();
  }
}
