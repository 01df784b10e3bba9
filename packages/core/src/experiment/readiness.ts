import { setTimeout as delay } from "node:timers/promises";
import type { Readiness } from "@hoststack/tools";
import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";

/** A busy emulated guest took up to 2.2 s until perftest listened; this leaves an order of magnitude. */
const readyDeadlineMs = 30_000;

/** Waits on the host itself, so that a slow connection costs one round trip and not one per look. */
const waitScript = 'while ! grep -qs "$1" "/proc/net/$2" "/proc/net/"$2"6"; do sleep 0.1; done';

/** Socket state in /proc/net/{tcp,udp}: TCP_LISTEN, and TCP_CLOSE as a bound UDP socket shows it. */
const boundState = { tcp: "0A", udp: "07" } as const;

/** What a watcher needs of a process that is becoming ready. */
export interface Readying {
  readonly id: string;
  readonly host: Host;
  /** Settles with the first line of stdout that matches. */
  readonly line: Promise<void>;
  /** Ends the waiting; its reason is thrown. */
  readonly signal: AbortSignal;
}

async function portIsBound(
  { protocol, port }: Extract<Readiness, { kind: "listening" }>,
  { id, host, signal }: Readying,
): Promise<void> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, "0");
  const socket = `:${hexPort} [0-9A-F]*:0000 ${boundState[protocol]}`;
  const waiting = { argv: ["sh", "-c", waitScript, "sh", socket, protocol] } as const;
  const { ok, timedOut } = await host
    .run(waiting, { deadlineMs: readyDeadlineMs, reject: false, signal })
    .catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  signal.throwIfAborted();
  if (ok) return;
  const waited = timedOut ? ` within ${readyDeadlineMs / 1000} s` : "";
  throw hoststackError(
    "NOT_READY",
    `${id} on ${host.name} opened no ${protocol} port ${port}${waited}`,
  );
}

async function lineIsPrinted(
  { pattern, deadlineMs = readyDeadlineMs }: Extract<Readiness, { kind: "output" }>,
  process: Readying,
): Promise<void> {
  const seen = new AbortController();
  const late = delay(deadlineMs, undefined, {
    signal: AbortSignal.any([seen.signal, process.signal]),
  }).then(
    () => {
      const say = `${process.id} on ${process.host.name} printed no line like ${pattern}`;
      throw hoststackError("NOT_READY", `${say} within ${deadlineMs / 1000} s`);
    },
    () => process.signal.throwIfAborted(),
  );
  try {
    await Promise.race([process.line, late]);
  } finally {
    seen.abort();
  }
}

/** Resolves when a process counts as up; throws NOT_READY when it takes too long. */
export async function waitUntilReady(readiness: Readiness, process: Readying): Promise<void> {
  if (readiness.kind === "listening") await portIsBound(readiness, process);
  else await lineIsPrinted(readiness, process);
}
