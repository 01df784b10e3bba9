import { quoteArgv } from "../command/quote.js";
import type { Examination, Finding } from "../doctor/finding.js";
import type { Variant } from "../experiment/variant.js";
import type { System } from "../system/system.js";
import type { Capability } from "../testbed/testbed.js";
import type { ChosenTestbed } from "./chosen-testbed.js";
import { ownSetupFlags } from "./setup-flags.js";

/** The `setup` command for hosts of a testbed file and some experiments. */
export function setupCommandLine(
  system: System,
  names: readonly string[],
  testbed: Extract<ChosenTestbed, { readonly kind: "file" }>,
): string {
  // one that a run recorded may name a single host
  const roles = Object.entries(testbed.roles).flatMap(([role, hosts]) =>
    [hosts].flat().map((host) => `${role}=${host}`),
  );
  const role = roles.length === 0 ? [] : ["--role", roles.join(",")];
  return quoteArgv([system.name, "setup", ...names, "--testbed", testbed.path, ...role]);
}

/** Flags of a setup for options of what is run that it takes as well, where all that is run has the same. */
export function setupFlagWords(
  system: System,
  variants: readonly Pick<Variant, "options">[],
): string {
  const words = ownSetupFlags(system).flatMap(({ name, property }) => {
    const values = variants.map(({ options }) => Reflect.get(options as object, property));
    const [value] = values;
    const same = values.every((one) => one === value);
    return same && value !== undefined ? [`--${name}`, String(value)] : [];
  });
  return words.length === 0 ? "" : ` ${quoteArgv(words)}`;
}

function adviceAbout({ what }: Finding, system: System): string | undefined {
  if (what.startsWith("program ")) return "";
  const flags = system.setup?.brings?.[what as Capability];
  return flags === undefined ? undefined : ` ${flags}`;
}

/** An examination that names `setup` where that brings what a host of a testbed file lacks. */
export function withSetupAdvice(
  examination: Examination,
  about: {
    readonly system: System;
    readonly names: readonly string[];
    readonly testbed: ChosenTestbed;
  },
): Examination {
  const { system, names, testbed } = about;
  if (testbed.kind !== "file") return examination;
  const command = setupCommandLine(system, names, testbed);
  const findings = examination.findings.map((finding) => {
    const flags = finding.state === "unmet" ? adviceAbout(finding, system) : undefined;
    return flags === undefined ? finding : { ...finding, remedy: `${command}${flags}` };
  });
  return { ...examination, findings };
}
