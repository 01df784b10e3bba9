import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { hoststackError } from "../../errors/error.js";
import { type ClockRate, type ClockSample, clockRate, judgeClock } from "../../facts/clock-rate.js";
import type { Host } from "../../host/host.js";

const sampleEveryMs = 20;
const shortestMs = 1200;
const longestMs = 8000;
/** Measured on until the bound on the error is this small, well below the tolerance. */
const wantedUncertainty = 0.004;
const clockSetBeyondS = 0.5;

/**
 * Measures how fast a guest's clock runs against this process' monotonic clock, over one process in the
 * guest that answers each line with its time. Takes 1.2 s, up to 8 s while the answer is not clear.
 */
export async function measureClock(host: Host, signal?: AbortSignal): Promise<ClockRate> {
  await using clock = await host.start({ argv: ["stdbuf", "-oL", "date", "-f", "-", "+%s.%N"] });
  const lines = createInterface({ input: clock.stdout })[Symbol.asyncIterator]();
  clock.stderr.resume();
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

function unmeasurable(host: Host) {
  return hoststackError("CLOCK_UNSTEADY", `the clock of guest ${host.name} does not answer`);
}

/** The error for a guest whose clock runs at another rate than real time. */
export function clockError(guest: string, measured: ClockRate) {
  const { rate, uncertainty } = measured;
  const text = `${rate.toFixed(4)} ± ${uncertainty.toFixed(4)} of real time`;
  return hoststackError("CLOCK_UNSTEADY", `the clock of guest ${guest} runs at ${text}`, {
    remedy: "try again when this computer has less to do; no figure of such a guest can be trusted",
    details: { guest, rate, uncertainty },
  });
}

/** Moves the clock by "$1" ns: told the time instead, a busy guest would be late by what that takes. */
const moveClock = `
now=$(date +%s%N)
now=$((now + $1))
exec date -s "@$((now / 1000000000)).$(printf %09d $((now % 1000000000)))"
`;

/** Sets a guest's wall clock to this computer's where it is off by more than half a second. */
export async function setWallClock(host: Host, measured: ClockRate): Promise<void> {
  const wallMinusMonotonic = (Date.now() - performance.now()) / 1000;
  const ahead = measured.offset - wallMinusMonotonic;
  if (Math.abs(ahead) <= clockSetBeyondS) return;
  const byNs = String(BigInt(Math.round(-ahead * 1e6)) * 1000n);
  await host.run({ argv: ["sh", "-c", moveClock, "sh", byNs] });
}
