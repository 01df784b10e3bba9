import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { isHoststackError } from "@hoststack/tools";
import type { Host } from "../../host/host.js";
import type { RebootableHost } from "./boot-request.js";

/** A question begins this often: the first answer is not missed by more. */
const askEveryMs = 200;
/** A packet that was lost is sent again later than the next question begins. */
const questionMs = 2000;
/** A login that failed is tried again. */
const retryMs = 300;
/** While the old kernel shuts down it still lets one in; no machine is down for less than this. */
const oldBootMs = 1000;
const loginMs = 60_000;
const anotherLoginMs = 3000;
const mostLogins = 4;

/** A host that answered with another boot than before. */
export interface Rebooted {
  readonly host: Host;
  readonly bootId: string;
  /** Times of `performance.now()`. */
  readonly answeredAt: number;
  readonly noticedAt: number;
}

/** Until what is waited. */
export interface WaitOptions {
  readonly bootIdBefore: string;
  readonly signal: AbortSignal;
  /** Called whenever a login finds the boot from before still running. */
  readonly onOldBoot: () => void;
}

/** Waits until an SSH server shows its banner; resolves with the time it did. Throws what the signal says. */
async function sshAnswers(
  address: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<number> {
  signal.throwIfAborted();
  const asking = new Set<Socket>();
  let timer: NodeJS.Timeout | undefined;
  let stop = () => {};
  try {
    return await new Promise<number>((resolve, reject) => {
      const ask = () => {
        const socket = connect(address);
        asking.add(socket);
        socket.setTimeout(questionMs, () => socket.destroy());
        socket.once("error", () => socket.destroy());
        socket.once("close", () => asking.delete(socket));
        socket.once("data", (data) => {
          if (String(data).startsWith("SSH-")) resolve(performance.now());
          socket.destroy();
        });
      };
      stop = () => reject(signal.reason);
      signal.addEventListener("abort", stop, { once: true });
      timer = setInterval(ask, askEveryMs);
      ask();
    });
  } finally {
    clearInterval(timer);
    signal.removeEventListener("abort", stop);
    for (const socket of asking) socket.destroy();
  }
}

async function bootIdOf(host: Host): Promise<string> {
  const argv = ["cat", "/proc/sys/kernel/random/boot_id"] as const;
  return (await host.run({ argv }, { deadlineMs: loginMs })).stdout.trim();
}

/** A host and which boot of it this is. */
interface Seen {
  readonly host: Host;
  readonly bootId: string;
}

/** Logs in and asks for the boot; undefined where the host is not there yet, or goes while it is asked. */
async function lookAt({ reopen }: RebootableHost, signal: AbortSignal): Promise<Seen | undefined> {
  let host: Host | undefined;
  try {
    host = await reopen(AbortSignal.any([signal, AbortSignal.timeout(loginMs)]));
    return { host, bootId: await bootIdOf(host) };
  } catch (error) {
    await host?.[Symbol.asyncDispose]();
    const passing = ["HOST_UNREACHABLE", "COMMAND_FAILED", "COMMAND_TIMED_OUT", "INTERRUPTED"];
    if (signal.aborted || (isHoststackError(error) && passing.includes(error.code)))
      return undefined;
    throw error;
  }
}

/**
 * Logins under way. One that began while the old kernel went down may hang for long, and no one can tell it from a
 * slow one: so another is begun beside it after a while.
 */
class Logins {
  readonly #under = new Set<Promise<Seen | undefined>>();
  readonly #stop = new AbortController();
  readonly #target: RebootableHost;
  readonly #signal: AbortSignal;

  constructor(target: RebootableHost, signal: AbortSignal) {
    this.#target = target;
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
  }

  get full(): boolean {
    return this.#under.size >= mostLogins;
  }

  begin(): void {
    const login = lookAt(this.#target, this.#signal);
    this.#under.add(login);
  }

  /** The first login that ends, or none within a while. Those that end in the meantime are kept for the next call. */
  async next(): Promise<Seen | undefined> {
    const ends = [...this.#under].map(async (login) => ({ login, seen: await login }));
    const later = this.full ? [] : [pause(anotherLoginMs, this.#signal)];
    const first = await Promise.race([...ends, ...later]);
    if (first !== undefined) this.#under.delete(first.login);
    return first?.seen;
  }

  /** Gives up the others; what they still open is closed. */
  async stop(): Promise<void> {
    this.#stop.abort();
    const rest = [...this.#under].map(async (login) => {
      const seen = await login.catch(() => undefined);
      await seen?.host[Symbol.asyncDispose]();
    });
    await Promise.all(rest);
  }
}

/** Resolves after a while, or when the signal fires. */
async function pause(ms: number, signal: AbortSignal): Promise<undefined> {
  await sleep(ms, undefined, { signal }).catch(() => {});
  return undefined;
}

/**
 * Waits until a host has booted: until a login shows another boot_id than before, and nothing else. Throws what the
 * signal says, and what `reopen` throws other than that the host is not there yet.
 */
export async function waitForBoot(
  target: RebootableHost,
  { bootIdBefore, signal, onOldBoot }: WaitOptions,
): Promise<Rebooted> {
  const logins = new Logins(target, signal);
  try {
    for (;;) {
      const answered =
        target.address === undefined ? undefined : await sshAnswers(target.address, signal);
      if (!logins.full) logins.begin();
      const seen = await logins.next();
      signal.throwIfAborted();
      if (seen !== undefined && seen.bootId !== bootIdBefore) {
        const noticedAt = performance.now();
        return { ...seen, answeredAt: answered ?? noticedAt, noticedAt };
      }
      if (seen !== undefined) onOldBoot();
      await seen?.host[Symbol.asyncDispose]();
      await pause(seen === undefined ? retryMs : oldBootMs, signal);
    }
  } finally {
    await logins.stop();
  }
}
