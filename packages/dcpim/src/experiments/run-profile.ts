import { type ExperimentContext, type InformedPart, type Step, sysctlStep } from "@hoststack/core";
import { z } from "zod";
import type { HostFacts } from "../host-facts.js";
import { longProfile, shortProfile } from "../profiles/host-profiles.js";
import { applicationCpus } from "./pinned-programs.js";

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
  const [nic = ""] = part.nics;
  const queueCpus = applicationCpus(part, nic, matchingCpu);
  const host = { nic, role: part.role, queueCpus };
  return [
    ...(profile === "long" ? longProfile(host) : shortProfile(host)),
    // rules are for fixed ports, which TCP would not use again for a minute
    sysctlStep({ key: "net.ipv4.tcp_tw_reuse", value: 1 }),
  ];
}
