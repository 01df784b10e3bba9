import { performance } from "node:perf_hooks";
import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";
import { beatCommand, type LeaseIdentity } from "./lease-command.js";
import type { PlacedHost } from "./place.js";

/** Keeps leases from expiring. */
export interface Heartbeat {
  /** Fires with LEASE_LOST when a host says so, or was not reached for as long as a lease lasts. */
  readonly lost: AbortSignal;
  /** Keeps a host from now on; its lease was taken no earlier than `sinceMs` of `performance.now()`. */
  keep(host: Host, sinceMs: number): void;
  stop(): void;
}

/** Beats for hosts once they are being taken. The timer alone keeps no process alive. */
export function startHeartbeat(hosts: readonly PlacedHost[], identity: LeaseIdentity): Heartbeat {
  const lost = new AbortController();
  const beats = new Map<Host, Beat>();
  for (const one of hosts) beats.set(one.host, new Beat(one, identity, lost));
  const timer = setInterval(() => {
    for (const beat of beats.values()) beat.beat();
  }, identity.leaseMs / 4);
  timer.unref();
  return {
    lost: lost.signal,
    keep: (host, sinceMs) => beats.get(host)?.begin(sinceMs),
    stop: () => clearInterval(timer),
  };
}

class Beat {
  readonly #host: PlacedHost;
  readonly #identity: LeaseIdentity;
  readonly #lost: AbortController;
  /** When the host was last known to hold, on the controller's monotonic clock. */
  #sureAt: number | undefined;
  #underWay = false;

  constructor(host: PlacedHost, identity: LeaseIdentity, lost: AbortController) {
    this.#host = host;
    this.#identity = identity;
    this.#lost = lost;
  }

  begin(sinceMs: number): void {
    this.#sureAt = sinceMs;
  }

  beat(): void {
    if (this.#sureAt === undefined || this.#lost.signal.aborted) return;
    const { leaseMs } = this.#identity;
    if (performance.now() - this.#sureAt > leaseMs) {
      this.#lose(`was not reached for ${leaseMs} ms`);
      return;
    }
    if (this.#underWay) return;
    this.#underWay = true;
    void this.#ask().finally(() => {
      this.#underWay = false;
    });
  }

  async #ask(): Promise<void> {
    const { host, place } = this.#host;
    const sentAt = performance.now();
    const options = { deadlineMs: this.#identity.leaseMs };
    const answer = await host.batch([beatCommand(place, this.#identity)], options).then(
      ([result]) => result?.stdout.trim(),
      // Tried again until the lease must have expired.
      () => undefined,
    );
    if (answer === "beat") this.#sureAt = sentAt;
    if (answer === "lost") this.#lose("has given it to another one or undone it");
  }

  #lose(how: string): void {
    const { name } = this.#host.host;
    this.#lost.abort(
      hoststackError("LEASE_LOST", `the lease of ${name} has ended: the host ${how}`, {
        remedy: "look at the load of the host and the connection, or take a longer lease",
        details: { host: name, leaseMs: this.#identity.leaseMs },
      }),
    );
  }
}
