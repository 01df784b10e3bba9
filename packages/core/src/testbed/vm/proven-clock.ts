import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type ClockRate, judgeClock } from "../../facts/clock-rate.js";
import { processToken } from "../../host/process-token.js";

const proof = z.strictObject({
  bootId: z.string(),
  rate: z.number(),
  uncertainty: z.number(),
});

/** A clock rate as it was measured; see {@link ClockRate}. */
export type ProvenRate = Pick<ClockRate, "rate" | "uncertainty">;

const fileIn = (directory: string) => join(directory, "clock.json");

/**
 * The rate that the clock of a guest from this snapshot had. A guest's rate comes from how fast it found
 * the processor's counter to be when it booted, which is in the snapshot (what it refines later, Linux
 * bounds to 1 %), and from the counter itself, which stays the same until this computer boots. Trials
 * still compare the clocks while they run.
 */
export async function provenRate(directory: string): Promise<ProvenRate | undefined> {
  try {
    const { bootId, ...rate } = proof.parse(JSON.parse(await readFile(fileIn(directory), "utf8")));
    const holds = bootId === (await ownBootId()) && judgeClock(rate) === "steady";
    return holds ? rate : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a rate for {@link provenRate}. */
export async function keepRate(directory: string, measured: ProvenRate): Promise<void> {
  const { rate, uncertainty } = measured;
  const draft = `${fileIn(directory)}.${processToken()}`;
  await writeFile(draft, JSON.stringify({ bootId: await ownBootId(), rate, uncertainty }));
  await rename(draft, fileIn(directory));
}

async function ownBootId(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
}
