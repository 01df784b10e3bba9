import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import type { ClockSample } from "../../facts/clock-rate.js";
import { clockQuestion } from "./image/init-script.js";

/** A guest that is asked this often has answered without delay at least once. */
const mostSamples = 8;
/** An answer that came as fast as this needs no other beside it. */
const fastS = 0.002;
/** A guest whose kernel talked in between is not asked any longer. */
const longestMs = 1000;

/** Seconds since a guest booted, from what it says of them; undefined for other words. */
export function uptimeSeconds(line: string): number | undefined {
  const nanoseconds = /^now at (\d+) nsecs\s*$/.exec(line)?.[1];
  return nanoseconds === undefined ? undefined : Number(nanoseconds) / 1e9;
}

/**
 * Asks a guest that waits to be told who it is for its clock, over its console: what its clock says later, once
 * somebody is logged in, then tells how fast it runs. Empty where it does not answer.
 */
export async function askWaitingGuest(
  console: Duplex,
  stop: AbortSignal,
): Promise<readonly ClockSample[]> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(longestMs)]);
  const samples: ClockSample[] = [];
  const lines = createInterface({ input: console, signal });
  const now = () => performance.now() / 1000;
  try {
    let sent = now();
    console.write(`${clockQuestion}\n`);
    for await (const line of lines) {
      const [received, host] = [now(), uptimeSeconds(line)];
      if (host === undefined) continue;
      samples.push({ sent, received, host });
      if (received - sent <= fastS || samples.length === mostSamples) break;
      sent = now();
      console.write(`${clockQuestion}\n`);
    }
  } finally {
    lines.close();
    // QEMU waits for who does not read
    console.resume();
  }
  stop.throwIfAborted();
  return samples;
}
