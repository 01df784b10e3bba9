import { isHoststackError } from "@hoststack/tools/error";
import type { Client, ConnectConfig } from "ssh2";
import { hoststackError } from "../../../errors/error.js";
import { askingOf } from "../auth/asking.js";
import { type Deadline, startDeadline } from "../auth/deadline.js";
import { logIn } from "../auth/log-in.js";
import { loginRefused } from "../auth/login-failure.js";
import { gatherKeys } from "../auth/login-keys.js";
import { type LoginJournal, loginMethods } from "../auth/login-methods.js";
import type { ResolvedHost } from "../config/resolve-target.js";
import type { SshTarget } from "../config/target.js";
import { defaultConnectTimeoutMs, keepalive, stopped, unreachable } from "../connect.js";
import { acceptsNew } from "../trust/accepts-new.js";
import { loadTrust } from "../trust/host-trust.js";
import { type Dialled, dial, dialThrough } from "./dial.js";
import { nameOf } from "./host-name.js";

/** How one host of a route is logged in to. */
export interface HostLogin {
  readonly ask: SshTarget["ask"] | undefined;
  readonly connectTimeoutMs: number | undefined;
  /** For this host; where it is not given, its configuration decides. */
  readonly hostKeyPolicy: SshTarget["hostKeyPolicy"] | undefined;
  readonly signal: AbortSignal | undefined;
  /** The host before it on the route, logged in to. */
  readonly via: { readonly client: Client; readonly where: string } | undefined;
}

/**
 * Logs in to one host: its keys are gathered and known_hosts read while the way to it is opened.
 * Throws HOST_KEY_REJECTED, HOST_UNREACHABLE, INTERRUPTED, OPTIONS_INVALID, TOOL_MISSING.
 */
export async function connectHost(host: ResolvedHost, login: HostLogin): Promise<Client> {
  const where = nameOf(host);
  const limit = limitOf(host, login);
  const journal: LoginJournal = { notes: [] };
  let dialled: Dialled | undefined;
  using clock = limit.clock;
  try {
    const config = await prepare(host, { login, limit: { ...limit, clock }, journal });
    dialled = await unlessAborted(config.dialled, limit.signal);
    const sock = dialled.stream;
    // ssh2 does not notice the end of a stream that ended before it got it.
    if (sock.destroyed) throw sock.errored ?? new Error("the way there closed at once");
    return await logIn({ ...config, signal: limit.signal, config: { ...config.config, sock } });
  } catch (cause) {
    dialled?.stream.destroy();
    if (login.signal?.aborted) throw stopped(where, cause);
    if (isHoststackError(cause)) throw cause;
    const error = cause instanceof Error ? cause : new Error(String(cause));
    if (journal.failure !== undefined) throw notAnswered(where, journal.failure);
    throw explained(error, { host, login, journal, words: dialled?.words() ?? "" });
  }
}

/** A jump host may try to reach the next one for minutes. */
function unlessAborted(dialled: Promise<Dialled>, signal: AbortSignal): Promise<Dialled> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal.reason);
      dialled.then(({ stream }) => stream.destroy()).catch(() => {});
    };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    dialled.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

interface Limit {
  readonly clock: Deadline;
  /** Fires when time is up or the caller gives up. */
  readonly signal: AbortSignal;
}

function limitOf(host: ResolvedHost, { connectTimeoutMs, signal }: HostLogin): Limit {
  const late = new AbortController();
  const limitMs = connectTimeoutMs ?? host.connectTimeoutMs ?? defaultConnectTimeoutMs;
  const clock = startDeadline(limitMs, () => late.abort(new Error("Timed out")));
  return {
    clock,
    signal: signal === undefined ? late.signal : AbortSignal.any([late.signal, signal]),
  };
}

interface Preparation {
  readonly login: HostLogin;
  readonly limit: Limit;
  readonly journal: LoginJournal;
}

async function prepare(host: ResolvedHost, { login, limit, journal }: Preparation) {
  const where = nameOf(host);
  const { signal } = limit;
  const { hostKeyPolicy: policy, via } = login;
  const asking = askingOf(host.batch ? undefined : login.ask, limit.clock.pause);
  const dialled = via === undefined ? dial(host, signal) : dialThrough(via.client, host);
  dialled.catch(() => {});
  const keys = gatherKeys(host, { asking, prompts: host.passwordPrompts });
  const acceptNew = acceptsNew(host, policy);
  const trust = await loadTrust(host, { where, acceptNew, signal }).catch(async (error) => {
    (await dialled.catch(() => undefined))?.stream.destroy();
    throw error;
  });
  const { aliveIntervalMs } = host;
  const config: ConnectConfig = {
    username: host.user,
    readyTimeout: 0,
    ...keepalive,
    ...(aliveIntervalMs !== undefined && {
      keepaliveInterval: aliveIntervalMs,
      keepaliveCountMax: host.aliveCountMax,
    }),
    algorithms: { serverHostKey: trust.algorithms },
    authHandler: loginMethods({ host, where, keys, asking, journal }),
  };
  return { config, dialled, verify: trust.verify };
}

function notAnswered(where: string, cause: unknown): Error {
  if (isHoststackError(cause)) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return hoststackError("INTERRUPTED", `cannot log in to ${where}: no answer was given (${why})`, {
    cause,
  });
}

interface Failure {
  readonly host: ResolvedHost;
  readonly login: HostLogin;
  readonly journal: LoginJournal;
  readonly words: string;
}

function explained(cause: Error, { host, login, journal, words }: Failure): Error {
  const where = nameOf(host);
  if (/authentication methods failed|too many/i.test(cause.message)) {
    return loginRefused(where, journal, cause);
  }
  const said = words === "" ? "" : `; its ProxyCommand says: ${words}`;
  if (login.via !== undefined && "reason" in cause) {
    return hoststackError(
      "HOST_UNREACHABLE",
      `cannot reach ${where} through ${login.via.where}: ${cause.message}`,
      {
        cause,
        remedy: `check that ${login.via.where} can reach it and that its sshd has AllowTcpForwarding yes`,
      },
    );
  }
  const { hostname, port, user } = host;
  return unreachable({ host: hostname, port, user, said }, cause);
}
