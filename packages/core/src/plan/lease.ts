import { randomUUID } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { hoststackError } from "../errors/error.js";
import type { BatchResult } from "../host/batch.js";
import type { Host } from "../host/host.js";
import { type Heartbeat, startHeartbeat } from "./heartbeat.js";
import { heldStatus, type LeaseIdentity, releaseCommand, takeCommand } from "./lease-command.js";
import {
  type LeaseHolder,
  type PlacedHost,
  parseLease,
  parsePlace,
  placeCommand,
} from "./place.js";

const defaultLeaseMs = 30_000;
/** How long to wait before another one's machine is asked for again, at most. */
const askAgainMs = 500;

/** The right to change machines, one holder each. Disposing it releases them. */
export interface Lease extends AsyncDisposable {
  readonly id: string;
  readonly hosts: readonly PlacedHost[];
  /** Fires with LEASE_LOST when the right has ended early. */
  readonly lost: AbortSignal;
  /** What an earlier holder had left and was undone, one line each: `restored: title`. */
  readonly undone: readonly string[];
}

/** How a lease is taken. */
export interface LeaseOptions {
  /** What for, shown to others. */
  readonly purpose: string;
  /** After this long without a heart-beat the lease ends and its scoped changes are undone. @default 30_000 */
  readonly leaseMs?: number;
  /** How long to wait for another holder. @default 0 */
  readonly waitMs?: number;
  /** Ends the waiting (INTERRUPTED). */
  readonly signal?: AbortSignal;
}

/** Makes what a lease is known by; nothing is asked yet. */
export function leaseIdentity({ purpose, leaseMs }: LeaseOptions): LeaseIdentity {
  return {
    token: randomUUID().replaceAll("-", ""),
    who: `${userInfo().username}@${hostname()}, process ${process.pid}`,
    purpose,
    since: new Date().toISOString(),
    leaseMs: leaseMs ?? defaultLeaseMs,
  };
}

/**
 * Takes all machines of the hosts and keeps them by a heart-beat every quarter of `leaseMs`. Hosts of
 * one machine share its lease. What an earlier holder left undone is undone first.
 *
 * Throws LEASE_HELD when another one holds a machine after `waitMs`, saying who, since when, for what
 * and until when; INTERRUPTED, TOOL_MISSING, and what `Host.batch` throws.
 */
export async function acquireLease(hosts: readonly Host[], options: LeaseOptions): Promise<Lease> {
  const identity = leaseIdentity(options);
  const waitUntil = performance.now() + (options.waitMs ?? 0);
  const placed = await Promise.all(hosts.map((host) => placeOf(host, options.signal)));
  const heartbeat = startHeartbeat(placed, identity);
  const taking = await Promise.allSettled(
    placed.map((one) => take(one, { identity, waitUntil, signal: options.signal, heartbeat })),
  );
  const failure = taking.find((one) => one.status === "rejected");
  if (failure !== undefined) {
    heartbeat.stop();
    await Promise.allSettled(placed.map((one) => release(one, identity.token)));
    throw failure.reason;
  }
  const undone = taking.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
  return openLease({ identity, placed, heartbeat, undone });
}

/** A lease that was taken. */
function openLease(taken: {
  identity: LeaseIdentity;
  placed: readonly PlacedHost[];
  heartbeat: Heartbeat;
  undone: readonly string[];
}): Lease {
  const { identity, placed, heartbeat, undone } = taken;
  return {
    id: identity.token,
    hosts: placed,
    lost: heartbeat.lost,
    undone,
    [Symbol.asyncDispose]: async () => {
      heartbeat.stop();
      // A host that cannot be reached releases itself when the lease expires.
      await Promise.allSettled(placed.map((one) => release(one, identity.token)));
    },
  };
}

async function placeOf(host: Host, signal: AbortSignal | undefined): Promise<PlacedHost> {
  const [answer] = await host.batch([placeCommand], signal === undefined ? {} : { signal });
  return { host, place: parsePlace(host.name, answer?.stdout ?? "") };
}

interface Taking {
  readonly identity: LeaseIdentity;
  readonly waitUntil: number;
  readonly signal: AbortSignal | undefined;
  readonly heartbeat: Heartbeat;
}

async function take(one: PlacedHost, taking: Taking): Promise<readonly string[]> {
  const { identity, waitUntil, signal, heartbeat } = taking;
  const options = signal === undefined ? {} : { signal };
  for (;;) {
    const sentAt = performance.now();
    const [answer] = await one.host.batch([takeCommand(one.place, identity)], options);
    const holder = checkTaken(one, answer);
    if (holder === undefined) {
      heartbeat.keep(one.host, sentAt);
      return undoneLines(answer);
    }
    const leftMs = waitUntil - performance.now();
    if (leftMs <= 0) throw heldError(one.host, holder);
    await sleep(
      Math.min(leftMs, askAgainMs, Math.max(holder.remainingMs, 50)),
      undefined,
      options,
    ).catch(() => {
      throw hoststackError("INTERRUPTED", `stopped while waiting for ${one.host.name}`);
    });
  }
}

/** What an earlier holder had left, as the answer to a take tells it. */
function undoneLines(answer: BatchResult | undefined): readonly string[] {
  return (answer?.stdout ?? "").split("\n").slice(1).filter(Boolean);
}

/** Reads the answer to a take: who else holds the machine. Throws TOOL_MISSING, COMMAND_FAILED. */
export function checkTaken(
  { host, place }: PlacedHost,
  answer: BatchResult | undefined,
): LeaseHolder | undefined {
  if (answer?.exitCode === 0) return undefined;
  if (answer?.exitCode === heldStatus) {
    const [, uptime, ...lines] = answer.stdout.split("\n");
    const holder = parseLease(lines, { bootId: lines[1] ?? "", uptimeMs: Number(uptime) * 1000 });
    if (holder !== undefined) return holder;
  }
  const tool = /(\S+) is not installed/.exec(answer?.stderr ?? "")?.[1];
  if (tool !== undefined) {
    throw hoststackError("TOOL_MISSING", `"${tool}" is not installed on ${host.name}`, {
      remedy: `install the package util-linux on ${host.name}`,
      details: { program: tool, host: host.name },
    });
  }
  throw hoststackError(
    "COMMAND_FAILED",
    `${host.name} could not be taken: ${answer?.stderr.trim() ?? "no answer"}`,
    {
      remedy: `make ${place.stateDirectory} a directory that only this user can write`,
      details: { host: host.name, stateDirectory: place.stateDirectory },
    },
  );
}

/** Another one holds a machine. */
export function heldError(host: Host, holder: LeaseHolder): Error {
  const left = (holder.remainingMs / 1000).toFixed(1);
  const until = holder.undoing
    ? "its heart-beat stopped and its changes are being undone now"
    : `without another heart-beat it ends in ${left} s`;
  return hoststackError(
    "LEASE_HELD",
    `${host.name} is held by ${holder.who} for "${holder.purpose}" since ${holder.since}; ${until}`,
    { remedy: "wait until it is released", details: { host: host.name, ...holder } },
  );
}

/** Gives a host back; does nothing when it is another's by now. */
export async function release({ host, place }: PlacedHost, token: string): Promise<void> {
  await host.batch([releaseCommand(place, token)]);
}
