import {
  type ExperimentContext,
  type InformedPart,
  type Step,
  stepsOfProfile,
  sysctlStep,
} from "@hoststack/core";
import { z } from "zod";
import type { HostFacts } from "../host-facts.js";
import { longProfile, profileHost, shortProfile } from "../profiles/host-profiles.js";

/** Settings of hosts while something runs. */
export const profileOption = z
  .enum(["none", "long", "short"])
  .default("none")
  .describe("settings of upstream's scripts");

/** Which settings hosts have while something runs: what they have, or those of upstream's scripts. */
export type ProfileName = z.output<typeof profileOption>;

/** Where the rules of upstream's profiles expect the data. */
const profilePort = 10_000;

/** First port of a trial: with a profile the one its rules steer, else one that no trial before it used. */
export const firstPort = ({
  options,
  port,
}: Pick<ExperimentContext<{ readonly profile: ProfileName }, HostFacts>, "options" | "port">) =>
  options.profile === "none" ? port : profilePort;

/**
 * The settings of a profile for one host, undone after the trial. Queues interrupt the CPUs applications have, in the
 * same order.
 */
export function profileSteps(
  profile: ProfileName,
  part: InformedPart<HostFacts>,
  matchingCpu: number,
): readonly Step[] {
  if (profile === "none") return [];
  const host = profileHost(part, matchingCpu);
  const settings = profile === "long" ? longProfile(host) : shortProfile(host);
  return [
    ...stepsOfProfile(settings, { lifetime: "scoped" }),
    // rules are for fixed ports, which TCP would not use again for a minute
    sysctlStep({ key: "net.ipv4.tcp_tw_reuse", value: 1 }),
  ];
}
