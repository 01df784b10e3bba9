import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { hoststackError } from "../../errors/error.js";
import { type ClockRate, type ClockSample, clockRate, judgeClock } from "../../facts/clock-rate.js";
import type { Host } from "../../host/host.js";
import type { ProvenRate } from "./proven-clock.js";

const sampleEveryMs = 5;
const shortestMs = 500;
const longestMs = 8000;
/** Measured on until the bound on the error is this small, well below the tolerance. */
const wantedUncertainty = 0.004;

/** Takes a time to set the clock to, then answers each line with its own; a guest is slow to start programs. */
const clockScript = `
read -r now && date -s "@$now" && exec stdbuf -oL date -f - +%s.%N
`;
const clockSetWithinS = 0.5;

/**
 * Sets a guest's wall clock and measures how fast it runs against this process' monotonic clock, over
 * one process in the guest. Takes 0.5 s, up to 8 s while the answer is not clear.
 */
export async function measureClock(host: Host, signal?: AbortSignal): Promise<ClockRate> {
  await using clock = await host.start({ argv: ["sh", "-c", clockScript] });
  const lines = createInterface({ input: clock.stdout })[Symbol.asyncIterator]();
  clock.stderr.resume();
  clock.stdin.write(`${(Date.now() / 1000).toFixed(3)}\n`);
  if ((await lines.next()).done) throw unmeasurable(host);
  const samples: ClockSample[] = [];
  const began = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    const sent = performance.now() / 1000;
    clock.stdin.write("now\n");
    const line = await lines.next();
    if (line.done) throw unmeasurable(host);
    samples.push({ sent, received: performance.now() / 1000, host: Number(line.value) });
    const elapsed = performance.now() - began;
    const measured = elapsed < shortestMs ? undefined : clockRate(samples);
    if (measured !== undefined && isEnough(measured, elapsed)) return measured;
    await delay(sampleEveryMs);
  }
}

function isEnough(measured: ClockRate, elapsedMs: number): boolean {
  if (elapsedMs >= longestMs) return true;
  return measured.uncertainty <= wantedUncertainty && judgeClock(measured) !== "unclear";
}

/** Whether the wall clock is the one it was set to: a busy guest may have been told too late. */
export function isSet({ offset }: ClockRate): boolean {
  const wallMinusMonotonic = (Date.now() - performance.now()) / 1000;
  return Math.abs(offset - wallMinusMonotonic) <= clockSetWithinS;
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
