import { z } from "zod";
import { emulatedGuestKnobs, type ModuleKnobs } from "./knobs.js";

const guest = emulatedGuestKnobs;

/** Knobs of the module as options of an experiment; the defaults are those of emulated guests. */
export const knobOptions = {
  matchingCpu: z.int().default(guest.matchingCpu).describe("CPU of the matching work"),
  bandwidthGbps: z.int().default(guest.bandwidthGbps).describe("rate receivers hand out, Gbit/s"),
  controlRttUs: z.int().default(guest.controlRttUs).describe("round trip of control packets, us"),
  rttUs: z.int().default(guest.rttUs).describe("round trip of data, us"),
} as const;

/** Options as far as they are knobs. */
export type KnobOptions = Pick<
  ModuleKnobs,
  "bandwidthGbps" | "controlRttUs" | "matchingCpu" | "rttUs"
>;

/** The knobs that options ask for; the others are those of emulated guests. */
export function knobsOfOptions(options: KnobOptions): ModuleKnobs {
  const { matchingCpu, bandwidthGbps, controlRttUs, rttUs } = options;
  return { ...guest, matchingCpu, bandwidthGbps, controlRttUs, rttUs };
}
