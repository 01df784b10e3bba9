import { exitCodes } from "../../errors/catalogue.js";
import { didYouMean } from "../../errors/did-you-mean.js";
import { hoststackError } from "../../errors/error.js";
import type { System } from "../../system/system.js";
import { keepTestbed } from "../../testbed/kept/keep.js";
import type { KeptSpec } from "../../testbed/kept/messages.js";
import { progressDisplay } from "../progress.js";
import { interruptible } from "../signals.js";
import type { Terminal } from "../terminal.js";
import { wrap } from "../wrap.js";
import { usualName } from "./flags.js";

type Values = Readonly<Record<string, unknown>>;

const kinds = ["vm", "netns"] as const;

function specOf(system: System, testbed: string): KeptSpec {
  const hosts = ["client", "server"] as const;
  if (testbed === "vm") return { kind: "vm", hosts, recipe: system.guest() };
  if (testbed === "netns") return { kind: "netns", hosts };
  const remedy = `${didYouMean(testbed, kinds)}hosts of a testbed file are up already`;
  throw hoststackError("OPTIONS_INVALID", `--testbed is vm or netns here, not "${testbed}"`, {
    remedy,
    details: { field: "testbed" },
  });
}

/** `testbed up`: opens a testbed and leaves it to a process of its own. Returns the exit code. */
export async function upCommand(
  system: System,
  values: Values,
  { out, err }: Terminal,
): Promise<number> {
  const { testbed = "vm", name = usualName } = values;
  const spec = specOf(system, String(testbed));
  const ledger = await interruptible(async (signal) => {
    using display = progressDisplay(err);
    const { progress } = display;
    const text = "stopping; a second signal ends it at once";
    signal.addEventListener("abort", () => progress({ kind: "testbed.interrupted", text }));
    return await keepTestbed({ name: String(name), system: system.name, spec, signal, progress });
  });
  for (const notice of ledger.notices) {
    for (const line of wrap(notice, err.columns)) err.line(err.style("yellow", line));
  }
  const which = ledger.name === usualName ? "" : ` --name ${ledger.name}`;
  out.line(`${ledger.name} is up: ${ledger.hosts.map((host) => host.name).join(" and ")}`);
  out.line(`  measure    ${system.name} run NAME --testbed kept:${ledger.name}`);
  out.line(`  log in     ${system.name} testbed ssh ${ledger.hosts[0]?.name}${which}`);
  out.line(`  take down  ${system.name} testbed down${which}`);
  return exitCodes.ok;
}
