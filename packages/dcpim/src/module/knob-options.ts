import { z } from "zod";
import { emulatedKnobs, type ModuleKnobs } from "./knobs.js";

const knob = (text: string) => z.int().optional().describe(`${text} (default: as fits)`);

/** Knobs of the module as options of an experiment or a setup; those that are not given follow from the machine. */
export const knobOptions = {
  matchingCpu: knob("CPU of the matching work"),
  bandwidthGbps: knob("Gbit/s receivers hand out"),
  controlRttUs: knob("control round trip, us"),
  rttUs: knob("data round trip, us"),
} as const;

/** Options as far as they are knobs. */
export type KnobOptions = {
  readonly [K in "bandwidthGbps" | "controlRttUs" | "matchingCpu" | "rttUs"]?:
    | ModuleKnobs[K]
    | undefined;
};

/** What is wanted of a module, and for whom. */
export interface WantedKnobs extends KnobOptions {
  /** How many hosts take part. @default 2 */
  readonly hosts?: number;
}

/** The knobs that were given. */
export function givenKnobs(options: KnobOptions): Partial<ModuleKnobs> {
  const names = Object.keys(knobOptions) as (keyof KnobOptions)[];
  const given = names.filter((name) => options[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, options[name]]));
}

/** The knobs of guests, of which nothing is known before they are made. */
export const knobsOfOptions = (options: WantedKnobs): ModuleKnobs => ({
  ...emulatedKnobs(options.hosts ?? 2),
  ...givenKnobs(options),
});
