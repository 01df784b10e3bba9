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
  lineMatching(pattern: RegExp): Promise<void>;
  readonly signal: AbortSignal;
}

async function portIsBound(
  readiness: Extract<Readiness, { kind: "listening" }>,
  { id, host, signal }: Readying,
): Promise<void> {
  const { protocol, port } = readiness;
  const hexPort = port.toString(16).toUpperCase().padStart(4, "0");
  const socket = `:${hexPort} [0-9A-F]*:0000 ${boundState[protocol]}`;
  const { ok, timedOut } = await host.run(
    { argv: ["sh", "-c", waitScript, "sh", socket, protocol] },
    { deadlineMs: readyDeadlineMs, reject: false, signal },
  );
  if (ok || signal.aborted) return;
  const waited = timedOut ? `within ${readyDeadlineMs / 1000} s` : "";
  throw hoststackError(
    "NOT_READY",
    `${id} on ${host.name} opened no ${protocol} port ${port} ${waited}`.trimEnd(),
  );
}

/** Resolves when a process counts as up; throws NOT_READY when it takes too long. */
export async function waitUntilReady(readiness: Readiness, process: Readying): Promise<void> {
  if (readiness.kind === "listening") return portIsBound(readiness, process);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const say = `${process.id} on ${process.host.name} printed no line like ${readiness.pattern}`;
    timer = setTimeout(() => reject(hoststackError("NOT_READY", say)), readyDeadlineMs);
  });
  try {
    await Promise.race([process.lineMatching(readiness.pattern), late]);
  } finally {
    clearTimeout(timer);
  }
}
