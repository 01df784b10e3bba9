import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";
import { lackingOn } from "../testbed/capabilities/lacking.js";
import type { MissingCapability, Testbed } from "../testbed/testbed.js";
import { checkTraffic } from "../testbed/traffic/check-traffic.js";
import { checkConditions } from "./conditions.js";
import type { ToolNeed } from "./experiment.js";
import { usualPort } from "./free-port.js";
import { neededTools } from "./needed-tools.js";
import { placementOf } from "./placement.js";
import { checkRequirements } from "./requirements.js";
import { assignRoles, type FactCache, hostsInUse } from "./roles.js";
import type { Variant } from "./variant.js";

/** One capability that some experiments need and some of their hosts do not have. */
interface Unmet {
  readonly missing: MissingCapability;
  readonly experiments: readonly string[];
}

/** Hosts that take no part may lack what the others have. */
function unmetNeeds(variants: readonly Variant[], testbed: Testbed): Unmet[] {
  const used = hostsInUse(testbed, variants).map(({ name }) => name);
  return lackingOn(testbed.missing, used)
    .map((missing) => {
      const needy = variants.filter(({ experiment }) =>
        experiment.needs.includes(missing.capability),
      );
      return { missing, experiments: [...new Set(needy.map(({ experiment }) => experiment.name))] };
    })
    .filter(({ experiments }) => experiments.length > 0);
}

function checkCapabilities(variants: readonly Variant[], testbed: Testbed): void {
  const unmet = unmetNeeds(variants, testbed);
  if (unmet.length === 0) return;
  const lines = unmet.map(
    ({ experiments, missing: { capability, why } }) =>
      `${experiments.join(", ")} needs "${capability}": ${why}`,
  );
  const remedies = [...new Set(unmet.map(({ missing }) => missing.remedy))];
  throw hoststackError("CAPABILITY_MISSING", lines.join("\n"), {
    remedy: remedies.join("; "),
    details: { missing: unmet.map(({ missing }) => missing) },
  });
}

/** Prints the names among its arguments that no program answers to. */
const lookUp = 'for name; do command -v "$name" >/dev/null || printf "%s\\n" "$name"; done';

async function missingTools(
  host: Host,
  tools: readonly ToolNeed[],
  signal: AbortSignal,
): Promise<readonly ToolNeed[]> {
  const programs = tools.map((tool) => tool.program);
  const { stdout } = await host.run({ argv: ["sh", "-c", lookUp, "sh", ...programs] }, { signal });
  const missing = stdout.split("\n");
  return tools.filter(({ program }) => missing.includes(program));
}

async function checkTools(
  hosts: readonly Host[],
  tools: readonly ToolNeed[],
  signal: AbortSignal,
): Promise<void> {
  const found = await Promise.all(
    hosts.map(async (host) => ({ host, missing: await missingTools(host, tools, signal) })),
  );
  const lacking = found.filter(({ missing }) => missing.length > 0);
  if (lacking.length === 0) return;
  const lines = lacking.map(
    ({ host, missing }) =>
      `${host.name} has no ${missing.map(({ program }) => program).join(", no ")}`,
  );
  const packages = (missing: readonly ToolNeed[]) =>
    [...new Set(missing.map((tool) => tool.debianPackage))].join(" ");
  const remedies = lacking.map(
    ({ host, missing }) => `on ${host.name}: apt-get install ${packages(missing)}`,
  );
  throw hoststackError("TOOL_MISSING", lines.join("\n"), {
    remedy: `a run installs nothing; on Debian install it ${remedies.join("; ")}`,
    details: {
      hosts: lacking.map(({ host, missing }) => ({
        host: host.name,
        programs: missing.map(({ program }) => program),
      })),
    },
  });
}

/** Throws TRAFFIC_REFUSED when the traffic of a variant could harm others. */
export function checkAllTraffic(variants: readonly Variant[], testbed: Testbed): void {
  if (testbed.traffic === undefined) return;
  const plans = variants.flatMap((variant) => {
    const { experiment, options } = variant;
    const demand = experiment.traffic?.(options);
    // peers have each link twice, once in each direction
    const links = new Set(placementOf(testbed, variant).links.map(({ link }) => link));
    return [...links].map((link) => ({ experiment: experiment.name, link, demand }));
  });
  checkTraffic(plans, testbed.traffic);
}

/** What hosts answer may show that they lack what options ask for: cores, or an RDMA device on the data NIC. */
async function checkProcesses(
  variants: readonly Variant[],
  testbed: Testbed,
  facts: FactCache,
): Promise<void> {
  for (const variant of variants) {
    const { experiment, options } = variant;
    const roles = await assignRoles(testbed, facts, variant);
    const about = { ...roles, options: options as never, port: usualPort(0) };
    experiment.processes(about);
  }
}

/**
 * Asks before anything is started whether a testbed can and may run some experiments. Throws
 * CAPABILITY_MISSING, TOOL_MISSING, PLAN_IMPOSSIBLE or TRAFFIC_REFUSED, each with the reasons and the remedy, and
 * OPTIONS_INVALID when there are too few hosts or no link fits the roles.
 */
export async function preflight(
  variants: readonly Variant[],
  testbed: Testbed,
  { facts, signal }: { readonly facts: FactCache; readonly signal: AbortSignal },
): Promise<void> {
  checkCapabilities(variants, testbed);
  await checkTools(hostsInUse(testbed, variants), neededTools(variants), signal);
  checkAllTraffic(variants, testbed);
  await checkRequirements(variants, testbed, facts);
  await checkProcesses(variants, testbed, facts);
  await checkConditions(variants, { testbed, facts, signal });
}
