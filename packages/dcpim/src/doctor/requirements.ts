import { defineRequirements, type HostRequirement } from "@hoststack/core";
import { knobsFor } from "../module/host-knobs.js";
import type { WantedKnobs } from "../module/knob-options.js";
import { clockRequirements, kernelRequirements } from "./kernel-requirements.js";
import { knobRequirements } from "./knob-requirements.js";
import { nicRequirements } from "./nic-requirements.js";
import { perfFact, perfRequirements } from "./perf-requirement.js";
import { type DoctorQuestion, doctorFacts, met, nicOf, unmet } from "./question.js";

function mtuAgreement(client: DoctorQuestion, server: DoctorQuestion): HostRequirement {
  const [one, other] = [client, server].map((end) => nicOf(end).mtuBytes);
  const about = { what: "MTU", wanted: "the same at both ends" };
  if (one === other) return met({ ...about, found: `${one} bytes` });
  const remedy = "ip link set NIC mtu 9000 at both ends, as upstream has it";
  return unmet({ ...about, found: `${one} and ${other} bytes` }, remedy);
}

/** Hosts that count in other rounds and rates never match. */
function knobAgreement(client: DoctorQuestion, server: DoctorQuestion): HostRequirement {
  const [one, other] = [client, server].map((end) => {
    const { matchingCpu: _, ...knobs } = knobsFor(end.options, end);
    return JSON.stringify(knobs);
  });
  const about = { what: "knobs", wanted: "the same times and rates at both ends" };
  if (one === other) return met({ ...about, found: "the same" });
  const remedy = "give --bandwidth-gbps, --control-rtt-us and --rtt-us to setup and run alike";
  return unmet({ ...about, found: `${one} and ${other}` }, remedy);
}

/** A patched kernel sends dcPIM's packets as TCP's, which others take for just that. */
function patchAgreement(client: DoctorQuestion, server: DoctorQuestion): HostRequirement {
  const [one, other] = [client, server].map(({ facts }) => facts.kernel.patch === "present");
  const about = { what: "patch", wanted: "both kernels with upstream's patch, or both without" };
  const found = one === other ? (one ? "both patched" : "both without") : "one of the two";
  if (one === other) return met({ ...about, found });
  return unmet({ ...about, found }, "boot the same kernel on both: kernel build, kernel install");
}

const askedFacts = { ...doctorFacts, perf: perfFact } as const;

/** What is to be run, as far as it asks something of hosts. */
type Asked = WantedKnobs & { readonly perf?: boolean; readonly clock?: string };

/** What dcPIM needs of hosts before it is loaded there, and of both ends together, by what options stand for. */
export const requirementsOf = <O>(asked: (options: O) => Asked) =>
  defineRequirements<O, typeof askedFacts>({
    facts: askedFacts,
    judge({ nics: [nic = ""], role }, facts, chosen) {
      const options = asked(chosen);
      const question = { nic, facts, options };
      return [
        ...knobRequirements(question),
        ...kernelRequirements(question),
        ...nicRequirements(question),
        ...perfRequirements(facts.perf.version, {
          wanted: options.perf === true && role === "server",
        }),
        ...clockRequirements(facts.state, { wanted: options.clock === "own" }),
      ];
    },
    agree(client, server, chosen) {
      const options = asked(chosen);
      const [one, other] = [client, server].map(({ nics: [nic = ""], facts }): DoctorQuestion => {
        return { nic, facts, options };
      }) as [DoctorQuestion, DoctorQuestion];
      return [mtuAgreement(one, other), knobAgreement(one, other), patchAgreement(one, other)];
    },
  });

/** Those of a client and a server. */
export const moduleRequirements = requirementsOf((options: Asked) => options);
