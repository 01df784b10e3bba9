import {
  type Answers,
  builtModulesFact,
  type HostRequirement,
  managementFact,
} from "@hoststack/core";
import { kernelFact } from "../kernel-fact.js";
import { moduleName } from "../module/build.js";
import { knobFacts } from "../module/host-knobs.js";
import type { WantedKnobs } from "../module/knob-options.js";
import { hostStateFact, type NicState } from "./host-state.js";

/** What hosts are asked about dcPIM's needs. */
export const doctorFacts = {
  ...knobFacts,
  state: hostStateFact,
  kernel: kernelFact,
  management: managementFact,
  modules: builtModulesFact(moduleName),
} as const;

/** A host with its data NIC, its answers, and what is to be run. */
export interface DoctorQuestion {
  readonly nic: string;
  readonly facts: Answers<typeof doctorFacts>;
  readonly options: WantedKnobs;
}

const untold: NicState = { features: {} };

/** What the host told of its data NIC. */
export const nicOf = ({ facts, nic }: DoctorQuestion): NicState => facts.state.nics[nic] ?? untold;

type About = Pick<HostRequirement, "found" | "wanted" | "what">;

/** What holds. */
export const met = (about: About): HostRequirement => ({ ...about, state: "met" });

/** What keeps a run from being right. */
export const unmet = (about: About, remedy: string): HostRequirement => ({
  ...about,
  ...{ state: "unmet", remedy },
});

/** What figures may suffer from. */
export const advised = (about: About, remedy: string): HostRequirement => ({
  ...about,
  ...{ state: "warning", remedy },
});
