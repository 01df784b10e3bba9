import type { System } from "../system/system.js";
import type { TestbedSpec } from "../testbed/open-testbed.js";
import type { ChosenTestbed } from "./chosen-testbed.js";

/** The testbed a command line names, as it is opened; hosts of embedded ones are called by their roles. */
export function testbedSpec(system: System, testbed: ChosenTestbed): TestbedSpec {
  const hosts = ["client", "server"] as const;
  if (testbed.kind === "file" || testbed.kind === "kept") return testbed;
  if (testbed.kind === "netns") return { kind: "netns", hosts };
  return { kind: "vm", hosts, recipe: system.guest() };
}
