import type { HostRequirement } from "@hoststack/core";
import { isHoststackError } from "@hoststack/tools";
import { knobFindings } from "../module/fit-knobs.js";
import { knobPlace, knobsFor } from "../module/host-knobs.js";
import type { ModuleKnobs } from "../module/knobs.js";
import { advised, type DoctorQuestion, met, unmet } from "./question.js";

/** Share of a second from which on a CPU is not idle. */
const busyFrom = 0.2;

const flags: Partial<Record<keyof ModuleKnobs, string>> = {
  matchingCpu: "--matching-cpu",
  bandwidthGbps: "--bandwidth-gbps",
};

const shown = ({ matchingCpu, bandwidthGbps, controlRttUs, rttUs }: ModuleKnobs): string =>
  `CPU ${matchingCpu}, ${bandwidthGbps} Gbit/s, round trips ${controlRttUs} and ${rttUs} us`;

function idleRequirement({ facts }: DoctorQuestion, cpu: number): HostRequirement {
  const about = { what: "matching CPU", wanted: "one that does nothing else" };
  const share = facts.state.busy[cpu];
  if (share === undefined) return advised({ ...about, found: "not told" }, "look at mpstat -P ALL");
  const found = `CPU ${cpu} was busy for ${Math.round(share * 100)} % of a second`;
  if (share < busyFrom) return met({ ...about, found });
  return advised({ ...about, found }, "keep others off it, or choose another: --matching-cpu");
}

/** Whether the module's knobs fit the host: those a host would not survive, or that are too low by mistake, are refused. */
export function knobRequirements(question: DoctorQuestion): HostRequirement[] {
  const about = { what: "knobs", wanted: "a CPU near the NIC, the rate of the link" };
  const { options } = question;
  try {
    const knobs = knobsFor(options, question);
    const wrong = knobFindings(knobs, knobPlace(question), { applicationCpus: [] });
    const judged = wrong.map(({ knob, fatal, text }) => {
      const remedy = `give ${flags[knob] ?? "another"} to setup and run alike`;
      const own = knob === "matchingCpu" || knob === "bandwidthGbps" ? options[knob] : undefined;
      // what nobody asked for is a mistake of ours, what somebody did may be meant; virtual cards tell any rate
      const serious = fatal || (own === undefined && !question.facts.machine.virtual);
      return (serious ? unmet : advised)({ ...about, found: text }, remedy);
    });
    if (wrong.some(({ fatal }) => fatal)) return judged;
    const whole = judged.length === 0 ? [met({ ...about, found: shown(knobs) })] : judged;
    return [...whole, idleRequirement(question, knobs.matchingCpu)];
  } catch (error) {
    if (!isHoststackError(error, "OPTIONS_INVALID")) throw error;
    return [unmet({ ...about, found: error.message }, "give other knobs")];
  }
}
