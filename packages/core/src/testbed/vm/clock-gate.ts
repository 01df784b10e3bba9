import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { hoststackError } from "../../errors/error.js";
import { type ClockRate, type ClockSample, clockRate, judgeClock } from "../../facts/clock-rate.js";
import type { Host } from "../../host/host.js";
import { uptimeSeconds } from "./guest-clock.js";
import { tellUptime } from "./image/init-script.js";
import type { ProvenRate } from "./proven-clock.js";

/** What a measurement may go on from. */
export interface ClockMeasuring {
  /** What the guest's clock said before. @default nothing */
  readonly earlier?: readonly ClockSample[];
  readonly signal?: AbortSignal | undefined;
}

const sampleEveryMs = 5;
const shortestMs = 500;
const longestMs = 8000;
/** Measured on until the bound on the error is this small, well below the tolerance. */
const wantedUncertainty = 0.004;

/** Answers each line with its own clock. */
const clockScript = `while read -r line; do ${tellUptime}; done`;

/**
 * Measures how fast a guest's clock runs against this process' monotonic clock, over one process in the guest and
 * from what the guest said of it earlier. Takes 0.5 s from the first answer on, up to 8 s while the result is not clear.
 */
export async function measureClock(
  host: Host,
  { earlier = [], signal }: ClockMeasuring = {},
): Promise<ClockRate> {
  await using clock = await host.start({ argv: ["sh", "-c", clockScript] });
  const lines = createInterface({ input: clock.stdout })[Symbol.asyncIterator]();
  clock.stderr.resume();
  const samples = [...earlier];
  const began = performance.now();
  const firstMs = 1000 * (earlier[0]?.sent ?? began / 1000);
  for (;;) {
    signal?.throwIfAborted();
    const sent = performance.now() / 1000;
    clock.stdin.write("now\n");
    const line = await lines.next();
    const received = performance.now() / 1000;
    const uptimeS = line.done ? undefined : uptimeSeconds(line.value);
    if (uptimeS === undefined) throw unmeasurable(host);
    samples.push({ sent, received, host: uptimeS });
    const now = performance.now();
    const measured = now - firstMs < shortestMs ? undefined : clockRate(samples);
    // a login that took long leaves as much time as any other
    if (measured !== undefined && isEnough(measured, now - began)) return measured;
    await delay(sampleEveryMs);
  }
}

function isEnough(measured: ClockRate, elapsedMs: number): boolean {
  if (elapsedMs >= longestMs) return true;
  return measured.uncertainty <= wantedUncertainty && judgeClock(measured) !== "unclear";
}

function unmeasurable(host: Host) {
  return hoststackError("CLOCK_UNSTEADY", `the clock of guest ${host.name} does not answer`);
}

/** The error for a guest whose clock runs at another rate than real time. */
export function clockError(guest: string, measured: ProvenRate) {
  const { rate, uncertainty } = measured;
  const text = `${rate.toFixed(4)} ± ${uncertainty.toFixed(4)} of real time`;
  return hoststackError("CLOCK_UNSTEADY", `the clock of guest ${guest} runs at ${text}`, {
    remedy: "try again when this computer has less to do; no figure of such a guest can be trusted",
    details: { guest, rate, uncertainty },
  });
}
