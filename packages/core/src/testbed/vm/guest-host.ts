import { join } from "node:path";
import { hoststackError } from "../../errors/error.js";
import { type ClockSample, judgeClock } from "../../facts/clock-rate.js";
import type { Host } from "../../host/host.js";
import { openHost } from "../../host/open-host.js";
import { makeKeyPair } from "../../host/ssh/key-pair.js";
import { openSshTransport } from "../../host/ssh.js";
import type { Progress } from "../testbed.js";
import { type ClockMeasuring, clockError, measureClock } from "./clock-gate.js";
import { type GuestIdentity, guestWords } from "./guest-config.js";
import { type RunningGuest, startGuest } from "./guest-process.js";
import type { GuestSnapshot, Snapshots } from "./guest-snapshot.js";
import type { ProvenRate } from "./proven-clock.js";
import type { GuestHardware, Wire } from "./qemu-argv.js";
import type { GuestRecipe } from "./recipe.js";
import { goodEnoughMs, setWallClock } from "./wall-clock.js";

const bootDeadlineMs = 120_000;
const resumeDeadlineMs = 40_000;

/** What all guests of a testbed share. */
export interface GuestPlan {
  readonly recipe: GuestRecipe;
  readonly hardware: GuestHardware;
  readonly guests: readonly GuestIdentity[];
  /** The one key that may log in, and its public line. */
  readonly login: { readonly privateKey: string; readonly publicLine: string };
  /** What the guests go on from, or how the first of them is kept to go on from. @default they boot, and that is all */
  readonly snapshots: Snapshots;
  /** Private directory of the run. */
  readonly directory: string;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: Progress | undefined;
}

/** A guest that is up, brought up by its recipe, and keeps time. Disposing it ends it. */
export interface GuestHost extends AsyncDisposable {
  readonly host: Host;
  readonly guest: RunningGuest;
  /** The key its SSH server shows, as clients pin it. */
  readonly hostKey: string;
  /** Measured now, or with another guest of the plan's snapshot. */
  readonly clock: ProvenRate;
  /** It went on from the plan's snapshot. */
  readonly resumed: boolean;
  /** What it went on from, or was kept as. */
  readonly snapshot: GuestSnapshot | undefined;
  /** As it said on its console; undefined where the kernel's own words were in between. */
  readonly kernelRelease: string | undefined;
}

/** One guest of a plan. */
interface GuestOfPlan {
  readonly plan: GuestPlan;
  readonly identity: GuestIdentity;
  readonly wire: Wire;
}

/**
 * Starts a guest and brings it up, from the plan's snapshot where that works. One whose clock runs at a
 * wrong rate is booted a second time; a calibration at boot that a busy computer disturbed is set right
 * by that. Throws GUEST_FAILED, CLOCK_UNSTEADY, COMMAND_FAILED of a bring-up command.
 */
export async function openGuestHost(
  plan: GuestPlan,
  identity: GuestIdentity,
  wire: Wire,
): Promise<GuestHost> {
  const guest = { plan, identity, wire };
  const resumed = await resumedGuestHost(guest);
  if (resumed !== undefined) return resumed;
  for (let attempt = 1; ; attempt++) {
    const opened = await startGuestHost(guest);
    if (judgeClock(opened.clock) === "steady") return opened;
    await opened[Symbol.asyncDispose]();
    const error = clockError(identity.name, opened.clock);
    if (attempt === 2) throw error;
    plan.progress?.({ kind: "guest.reboot", text: `${error.message}; booting it again` });
  }
}

/** The guest from its snapshot; one that is no good for whatever reason is dropped, and said to be. */
async function resumedGuestHost(guest: GuestOfPlan): Promise<GuestHost | undefined> {
  const { plan, identity } = guest;
  const { progress, signal } = plan;
  const snapshot = plan.snapshots.found;
  if (snapshot === undefined) return undefined;
  try {
    const opened = await startGuestHost(guest, snapshot);
    if (judgeClock(opened.clock) === "steady") return opened;
    await opened[Symbol.asyncDispose]();
    throw clockError(identity.name, opened.clock);
  } catch (error) {
    if (signal?.aborted) throw error;
    await snapshot.drop();
    const why = error instanceof Error ? error.message : String(error);
    const text = `${identity.name} does not go on from its snapshot, which is dropped; booting it: ${why}`;
    progress?.({ kind: "guest.reboot", text });
    return undefined;
  }
}

async function startGuestHost(
  { plan, identity, wire }: GuestOfPlan,
  found?: GuestSnapshot,
): Promise<GuestHost> {
  const { progress, signal } = plan;
  const { name, managementMac, dataMac } = identity;
  const key = makeKeyPair();
  const resumed = found !== undefined;
  const starting = resumed ? "resuming" : "booting";
  progress?.({ kind: "guest.boot", text: `${starting} ${name}` });
  const guest = await startGuest({
    name,
    hardware: plan.hardware,
    wiring: { managementMac, dataMac, wire },
    state: found?.state,
    directory: join(plan.directory, name),
    bootDeadlineMs: resumed ? resumeDeadlineMs : bootDeadlineMs,
    signal,
  });
  let host: Host | undefined;
  try {
    const snapshot = found ?? (await whileAlive(guest, keptAs(plan, guest)));
    const earlier = (await snapshot?.provenRate()) === undefined ? await guest.askClock() : [];
    const { lateMs, kernelRelease } = await guest.tell((now) =>
      guestWords({
        ...{ guest: identity, all: plan.guests, mtuBytes: plan.recipe.linkMtuBytes },
        ...{ authorizedKey: plan.login.publicLine, hostKey: key.dropbear, resumed, now },
      }),
    );
    host = await whileAlive(guest, loggedIn(plan, guest, key.publicLine));
    progress?.({ kind: "guest.up", text: `${name} is up` });
    const clock = await whileAlive(guest, broughtUp(plan, host, { snapshot, lateMs, earlier }));
    progress?.({ kind: "guest.ready", text: `${name} is ready` });
    const facts = { host, guest, clock, resumed, snapshot, kernelRelease, hostKey: key.publicLine };
    return { ...facts, [Symbol.asyncDispose]: () => close(host, guest) };
  } catch (error) {
    await close(host, guest);
    throw error;
  }
}

/** One guest of a pair is enough to be kept. */
async function keptAs(
  { guests, snapshots }: GuestPlan,
  guest: RunningGuest,
): Promise<GuestSnapshot | undefined> {
  return guest.name === guests[0]?.name ? await snapshots.take?.(guest) : undefined;
}

async function loggedIn(plan: GuestPlan, guest: RunningGuest, hostKey: string): Promise<Host> {
  const transport = await openSshTransport({
    host: "127.0.0.1",
    port: guest.sshPort,
    user: "root",
    privateKey: plan.login.privateKey,
    hostKeys: [hostKey],
    ...(plan.signal === undefined ? {} : { signal: plan.signal }),
  });
  return openHost({ name: guest.name, machine: { id: guest.name }, transport });
}

interface ClockQuestion {
  readonly snapshot: GuestSnapshot | undefined;
  /** The wall clock was set, but may be late by this. */
  readonly lateMs: number;
  /** What the clock said before anybody could log in. */
  readonly earlier: readonly ClockSample[];
}

/** Runs the bring-up commands while the clock is measured, which mostly waits. */
async function broughtUp(
  { recipe, signal }: GuestPlan,
  host: Host,
  { snapshot, lateMs, earlier }: ClockQuestion,
): Promise<ProvenRate> {
  const bringUp = async () => {
    for (const command of recipe.bringUp) await host.run(command, signal ? { signal } : {});
  };
  const keepTime = async () => {
    if (lateMs > goodEnoughMs) await setWallClock(host, signal);
    return (await snapshot?.provenRate()) ?? measuredRate(host, { snapshot, earlier, signal });
  };
  const [clock] = await Promise.all([keepTime(), bringUp()]);
  return clock;
}

interface Measuring extends ClockMeasuring {
  readonly snapshot: GuestSnapshot | undefined;
}

async function measuredRate(host: Host, { snapshot, ...how }: Measuring): Promise<ProvenRate> {
  const measured = await measureClock(host, how);
  if (judgeClock(measured) === "steady") await snapshot?.keepRate(measured);
  else await snapshot?.drop();
  return measured;
}

/** A dead guest explains more than the broken connection it leaves. */
async function whileAlive<T>(guest: RunningGuest, work: Promise<T>): Promise<T> {
  const dead = guest.ended.then((error) => {
    throw error;
  });
  dead.catch(() => {});
  return await Promise.race([work, dead]);
}

async function close(host: Host | undefined, guest: RunningGuest): Promise<void> {
  // first the guest: nothing in it needs an orderly end, and with it the connection goes at once
  await guest[Symbol.asyncDispose]();
  await host?.[Symbol.asyncDispose]();
}

/** The error of an opening that was stopped. */
export function openingStopped(cause: unknown) {
  return hoststackError("INTERRUPTED", "opening the guests was stopped; nothing of them is left", {
    cause,
  });
}
