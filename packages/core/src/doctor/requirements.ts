import { ownTools } from "../experiment/needed-tools.js";
import type { Variant } from "../experiment/variant.js";
import { lackingOn } from "../testbed/capabilities/lacking.js";
import type { Capability, MissingCapability } from "../testbed/testbed.js";
import type { Finding } from "./finding.js";
import type { NeededProgram } from "./programs.js";

const namesOf = (variants: readonly Variant[]): string[] => [
  ...new Set(variants.map(({ experiment }) => experiment.name)),
];

/** Every program the hosts need, once, with all that run it. */
export function neededPrograms(variants: readonly Variant[]): NeededProgram[] {
  const own = ownTools.map((tool) => ({ tool, by: "every run" }));
  const others = variants.flatMap(({ experiment }) =>
    experiment.tools.map((tool) => ({ tool, by: experiment.name })),
  );
  const all = [...own, ...others];
  const programs = [...new Map(all.map(({ tool }) => [tool.program, tool])).values()];
  return programs.map((tool) => {
    const by = all.filter((one) => one.tool.program === tool.program).map((one) => one.by);
    return { ...tool, neededBy: [...new Set(by)] };
  });
}

const wantedWords: Readonly<Record<Capability, string>> = {
  "own-kernel": "a kernel of its own",
  rdma: "an active RDMA device on the data link",
  root: "commands run as root",
  "separate-machines": "a machine of its own",
};

/** What each host in use offers of the capabilities the experiments need. */
export function capabilityFindings(
  variants: readonly Variant[],
  hosts: readonly string[],
  missing: readonly MissingCapability[],
): Finding[] {
  const lacking = lackingOn(missing, hosts);
  const needed = [...new Set(variants.flatMap(({ experiment }) => experiment.needs))];
  return needed.flatMap((capability) => {
    const needy = variants.filter(({ experiment }) => experiment.needs.includes(capability));
    const names = namesOf(needy);
    return hosts.map((host): Finding => {
      const lack = lacking.find((one) => one.capability === capability && one.hosts.includes(host));
      const about = {
        ...{ host, what: capability, wanted: wantedWords[capability] },
        why: `${names.join(", ")} ${names.length === 1 ? "needs" : "need"} it`,
      };
      if (lack === undefined) return { ...about, state: "met", found: wantedWords[capability] };
      return { ...about, state: "unmet", found: lack.why, remedy: lack.remedy };
    });
  });
}
