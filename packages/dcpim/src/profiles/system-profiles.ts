import { defineProfile } from "@hoststack/core";
import { hostNumber, hostsOf } from "../experiments/hosts/flow-plan.js";
import { knobFacts } from "../module/host-knobs.js";
import { cloudLabProfile, longProfile, profileHost, shortProfile } from "./host-profiles.js";

const facts = knobFacts;

/** The settings `--profile` gives a trial, for `tune` to keep on hosts. */
export const dcpimProfiles = {
  long: defineProfile({
    summary: "upstream's setup for long flows: 9000 B, TSO, 6 us, 30 rules",
    facts,
    steps: (part) => longProfile(profileHost(part)),
  }),
  short: defineProfile({
    summary: "that for short messages: 9000 B, no TSO or GSO, 3 us, 47 rules",
    facts,
    steps: (part) => shortProfile(profileHost(part)),
  }),
  cloudlab: defineProfile({
    summary: "that for flows between all hosts in roles: a queue for each",
    facts,
    steps: (part, counts) => {
      const pattern = { kind: "all-to-all", ...counts } as const;
      const index = hostNumber(pattern, part.role, part.index);
      return cloudLabProfile(profileHost(part), { hosts: hostsOf(pattern), index });
    },
  }),
};
