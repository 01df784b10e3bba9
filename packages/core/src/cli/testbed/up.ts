import { exitCodes } from "../../errors/catalogue.js";
import { didYouMean } from "../../errors/did-you-mean.js";
import { hoststackError } from "../../errors/error.js";
import type { System } from "../../system/system.js";
import { keepTestbed } from "../../testbed/kept/keep.js";
import type { OpenLedger } from "../../testbed/kept/ledger.js";
import type { KeptSpec } from "../../testbed/kept/messages.js";
import type { GuestRecipe } from "../../testbed/vm/recipe.js";
import { readHosts } from "../chosen-testbed.js";
import { progressDisplay } from "../progress.js";
import { interruptible } from "../signals.js";
import type { Terminal } from "../terminal.js";
import { embeddedHostNames } from "../testbed-spec.js";
import { wrap } from "../wrap.js";
import { usualName } from "./flags.js";

type Values = Readonly<Record<string, unknown>>;

const kinds = ["vm", "netns"] as const;

/** More than this and the guests of one computer only wait for each other. */
const mostCpus = 64;

function recipeOf(system: System, cpus: unknown): GuestRecipe {
  const recipe = system.guest();
  if (cpus === undefined) return recipe;
  if (typeof cpus === "number" && cpus >= 1 && cpus <= mostCpus) return { ...recipe, cpus };
  throw hoststackError("OPTIONS_INVALID", `--cpus is 1 to ${mostCpus}, not ${String(cpus)}`, {
    details: { field: "cpus" },
  });
}

function specOf(system: System, { testbed = "vm", cpus, hosts: count }: Values): KeptSpec {
  const hosts = embeddedHostNames(readHosts(String(testbed), count).hosts);
  if (testbed === "vm") return { kind: "vm", hosts, recipe: recipeOf(system, cpus) };
  if (testbed === "netns" && cpus === undefined) return { kind: "netns", hosts };
  if (testbed === "netns") {
    throw hoststackError("OPTIONS_INVALID", "--cpus is for guests, not for netns", {
      remedy: "namespaces have the CPUs of this computer",
      details: { field: "cpus" },
    });
  }
  const remedy = `${didYouMean(String(testbed), kinds)}hosts of a testbed file are up already`;
  throw hoststackError(
    "OPTIONS_INVALID",
    `--testbed is vm or netns here, not "${String(testbed)}"`,
    {
      remedy,
      details: { field: "testbed" },
    },
  );
}

const hostsInWords = ({ hosts }: OpenLedger): string =>
  hosts.map(({ name }) => name).join(hosts.length === 2 ? " and " : ", ");

/** `testbed up`: opens a testbed and leaves it to a process of its own. Returns the exit code. */
export async function upCommand(
  system: System,
  values: Values,
  { out, err }: Terminal,
): Promise<number> {
  const { name = usualName } = values;
  const spec = specOf(system, values);
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
  out.line(`${ledger.name} is up: ${hostsInWords(ledger)}`);
  out.line(`  measure    ${system.name} run NAME --testbed kept:${ledger.name}`);
  out.line(`  log in     ${system.name} testbed ssh ${ledger.hosts[0]?.name}${which}`);
  out.line(`  take down  ${system.name} testbed down${which}`);
  return exitCodes.ok;
}
