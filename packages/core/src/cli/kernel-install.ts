import { quoteArgv } from "../command/quote.js";
import { exitCodes } from "../errors/catalogue.js";
import { hoststackError } from "../errors/error.js";
import { installKernel, planKernelInstall } from "../kernel/install/install-kernel.js";
import { type KernelTree, readKernelTree } from "../kernel/install/kernel-tree.js";
import { planJson } from "../plan/format-plan.js";
import type { Plan } from "../plan/plan.js";
import { hostsProgress } from "./hosts-progress.js";
import { openKernelHosts } from "./kernel-hosts.js";
import { agreed, type KernelRequest, shownHosts } from "./kernel-request.js";
import { planLines, planOutcome } from "./plan-text.js";
import { progressDisplay } from "./progress.js";

/** `kernel install`: shows how a built kernel gets onto hosts, and does it. Returns the exit code. */
export async function kernelInstall(request: KernelRequest): Promise<number> {
  const { system, words, values, signal, terminal } = request;
  const { out, err } = terminal;
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
  await using opened = await openKernelHosts({ testbed: values["testbed"], names }, signal);
  const plan = await planKernelInstall(shownHosts(opened, request), tree, { signal });
  const json = values["json"] === true;
  if (json) out.line(JSON.stringify(planJson(plan), null, 2));
  else {
    const how = { out, verbose: values["verbose"] === true };
    for (const line of planLines(plan, how)) out.line(line);
  }
  // Throws what stands in the way, before anybody is asked.
  if (plan.impossible.length > 0) await installKernel(plan, tree, { signal });
  if (plan.changes === 0) {
    err.line(`${tree.release} is installed already`);
    return exitCodes.ok;
  }
  if (!(await agreed(`${planOutcome(plan)}: do it?`, request))) return exitCodes.failed;
  await toldInstall(plan, tree, request);
  const hosts = plan.hosts.map(({ host }) => host.name);
  err.line(`${tree.release} is installed on ${hosts.join(", ")}; to boot it once:`);
  const flags = ["--testbed", String(values["testbed"])];
  err.line(`  ${quoteArgv([system.name, "kernel", "boot", tree.release, ...hosts, ...flags])}`);
  return exitCodes.ok;
}

/** Installs while it is told; what is under way is gone from the terminal afterwards. */
async function toldInstall(plan: Plan, tree: KernelTree, { signal, terminal }: KernelRequest) {
  using display = progressDisplay(terminal.err);
  const progress = hostsProgress(display, terminal.err);
  await installKernel(plan, tree, { signal, progress });
}
