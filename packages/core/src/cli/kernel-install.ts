import { quoteArgv } from "../command/quote.js";
import { exitCodes } from "../errors/catalogue.js";
import { hoststackError } from "../errors/error.js";
import { installKernel, planKernelInstall } from "../kernel/install/install-kernel.js";
import { type KernelTree, readKernelTree } from "../kernel/install/kernel-tree.js";
import { planJson } from "../plan/format-plan.js";
import { type HostPlan, type Plan, planOf } from "../plan/plan.js";
import { failureOfHosts } from "../testbed/ssh/failures.js";
import { errorData } from "./error-data.js";
import { forEachHost, HostOutcomes, tellFailures } from "./host-outcomes.js";
import { hostsProgress } from "./hosts-progress.js";
import { type ReachedKernelHosts, reachKernelHosts } from "./kernel-hosts.js";
import { agreed, type KernelRequest, shownHosts } from "./kernel-request.js";
import { planLines, planOutcome } from "./plan-text.js";
import { progressDisplay } from "./progress.js";

/** An installation that is asked for. */
interface InstallCall {
  readonly request: KernelRequest;
  readonly tree: KernelTree;
  readonly opened: ReachedKernelHosts;
  readonly outcomes: HostOutcomes;
  /** Told of the plan once there is one. */
  readonly onPlan: (plan: Plan) => void;
}

/** What would change on all hosts; each is asked, and refused, for itself. */
async function planned({ request, tree, opened }: InstallCall) {
  const { signal } = request;
  const hosts = shownHosts(opened, request).map((host) => ({ host }));
  const { found, failures } = await forEachHost(hosts, ({ host }) =>
    planKernelInstall([host], tree, { signal }),
  );
  const [first] = found;
  if (first === undefined || failures.length > 0) return { failures };
  const plan = planOf(
    first.planId,
    found.flatMap((one) => one.hosts),
  );
  return { plan, failures };
}

/** Does it on hosts at once; each succeeds or fails for itself. */
const installEach = (
  plan: Plan,
  hosts: readonly HostPlan[],
  install: (plan: Plan) => ReturnType<typeof installKernel>,
) => forEachHost(hosts, (one) => install(planOf(plan.planId, [one])));

/** What stands in the way on hosts: an installation throws it before anything is done. */
async function obstaclesOf(plan: Plan, { request: { signal }, tree }: InstallCall) {
  const blocked = plan.hosts.filter(({ host }) =>
    plan.impossible.some((o) => o.host === host.name),
  );
  const { failures } = await installEach(plan, blocked, (one) =>
    installKernel(one, tree, { signal }),
  );
  return failures;
}

/** Installs while it is told; what is under way is gone from the terminal afterwards. */
async function toldInstall(plan: Plan, { request: { signal, terminal }, tree }: InstallCall) {
  using display = progressDisplay(terminal.err);
  const progress = hostsProgress(display, terminal.err);
  return await installEach(plan, plan.hosts, (one) =>
    installKernel(one, tree, { signal, progress }),
  );
}

/** Installs on all hosts at once. Returns the exit code that stands for those where it failed. */
async function installAll(plan: Plan, call: InstallCall): Promise<number> {
  const { request, tree, outcomes } = call;
  const { system, values, terminal } = request;
  const { found, failures } = await toldInstall(plan, call);
  const done = found.flatMap((one) => one.hosts);
  for (const { host, applied } of done) outcomes.tell(host, { verdict: "installed", applied });
  for (const { host, error } of failures) {
    outcomes.tell(host, { verdict: "incomplete", error: errorData(error) });
  }
  if (done.length > 0) {
    const hosts = done.map(({ host }) => host);
    terminal.err.line(`${tree.release} is installed on ${hosts.join(", ")}; to boot it once:`);
    const flags = ["--testbed", String(values["testbed"])];
    const argv = [system.name, "kernel", "boot", tree.release, ...hosts, ...flags] as const;
    terminal.err.line(`  ${quoteArgv(argv)}`);
  }
  return failures.length === 0 ? exitCodes.ok : tellFailures(failures, terminal.err);
}

/** Shows what would change and, agreed to, does it. */
async function installAgreed(call: InstallCall): Promise<number> {
  const { request, tree, opened, outcomes } = call;
  const { out, err } = request.terminal;
  outcomes.refuse(opened.failures);
  if (opened.failures.length > 0) throw failureOfHosts(opened.failures);
  const { plan, failures } = await planned(call);
  outcomes.refuse(failures);
  if (plan === undefined) return tellFailures(failures, err);
  call.onPlan(plan);
  const shown = request.values["json"] === true ? err : out;
  const how = { out: shown, verbose: request.values["verbose"] === true };
  for (const line of planLines(plan, how)) shown.line(line);
  // What stands in the way is told before anybody is asked.
  const obstacles = await obstaclesOf(plan, call);
  outcomes.refuse(obstacles);
  if (obstacles.length > 0) return tellFailures(obstacles, err);
  if (plan.changes === 0) {
    for (const name of opened.names) outcomes.tell(name, { verdict: "installed", applied: [] });
    err.line(`${tree.release} is installed already`);
    return exitCodes.ok;
  }
  if (!(await agreed(`${planOutcome(plan)}: do it?`, request))) return exitCodes.failed;
  return await installAll(plan, call);
}

/** `kernel install`: shows how a built kernel gets onto hosts, and does it. Returns the exit code. */
export async function kernelInstall(request: KernelRequest): Promise<number> {
  const { words, values, signal, terminal } = request;
  const [directory, ...names] = words;
  if (directory === undefined) {
    throw hoststackError(
      "OPTIONS_INVALID",
      "kernel install needs the directory of a built kernel",
      {
        remedy: "kernel build prints it: kernel install DIRECTORY HOST... --testbed FILE",
        details: { field: "directory" },
      },
    );
  }
  const tree = await readKernelTree(directory);
  await using opened = await reachKernelHosts({ testbed: values["testbed"], names }, signal);
  const outcomes = new HostOutcomes(opened.names);
  let plan: Plan | undefined;
  const onPlan = (made: Plan) => {
    plan = made;
  };
  try {
    return await installAgreed({ request, tree, opened, outcomes, onPlan });
  } finally {
    if (values["json"] === true) {
      const data = { ...(plan && { plan: planJson(plan) }), hosts: outcomes.data() };
      terminal.out.line(JSON.stringify(data, null, 2));
    }
  }
}
