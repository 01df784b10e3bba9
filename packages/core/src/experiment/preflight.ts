import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";
import type { Testbed } from "../testbed/testbed.js";
import type { AnyExperiment, ToolNeed } from "./experiment.js";

/** What each capability means to a person, for the sentence that says it is missing. */
const capabilityRemedies = {
  "own-kernel": "use --testbed vm, whose hosts run a kernel of their own",
  rdma: "use --testbed vm, whose guests have SoftRoCE devices",
  root: "run as root",
  "separate-machines": "use --testbed vm, whose hosts are machines of their own",
} as const;

function checkCapabilities(experiment: AnyExperiment, testbed: Testbed): void {
  for (const need of experiment.needs) {
    if (testbed.capabilities.has(need)) continue;
    throw hoststackError(
      "CAPABILITY_MISSING",
      `${experiment.name} needs "${need}", which the ${testbed.kind} testbed does not offer`,
      { remedy: capabilityRemedies[need], details: { capability: need } },
    );
  }
}

/** What the runner and the sampler themselves run on every host. */
const ownTools: readonly ToolNeed[] = [
  { program: "stdbuf", debianPackage: "coreutils" },
  { program: "grep", debianPackage: "grep" },
];

/** Prints the names among its arguments that no program answers to. */
const lookUp = 'for name; do command -v "$name" >/dev/null || printf "%s\\n" "$name"; done';

async function checkTools(
  host: Host,
  tools: readonly ToolNeed[],
  signal: AbortSignal,
): Promise<void> {
  const programs = tools.map((tool) => tool.program);
  const { stdout } = await host.run({ argv: ["sh", "-c", lookUp, "sh", ...programs] }, { signal });
  const missing = stdout.split("\n").filter((name) => name !== "");
  if (missing.length === 0) return;
  const packages = tools
    .filter((tool) => missing.includes(tool.program))
    .map((tool) => tool.debianPackage);
  throw hoststackError("TOOL_MISSING", `${host.name} has no ${missing.join(", no ")}`, {
    remedy: `install it there, on Debian with: apt-get install ${[...new Set(packages)].join(" ")}`,
    details: { host: host.name, programs: missing },
  });
}

/**
 * Asks before anything is started whether a testbed can run some experiments. Throws
 * CAPABILITY_MISSING or TOOL_MISSING, both with the remedy.
 */
export async function preflight(
  experiments: readonly AnyExperiment[],
  testbed: Testbed,
  signal: AbortSignal,
): Promise<void> {
  for (const experiment of experiments) checkCapabilities(experiment, testbed);
  const needs = [...ownTools, ...experiments.flatMap((experiment) => experiment.tools)];
  const tools = [...new Map(needs.map((tool) => [tool.program, tool])).values()];
  await Promise.all(testbed.hosts.map((host) => checkTools(host, tools, signal)));
}
