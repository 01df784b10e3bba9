import { isHoststackError } from "@hoststack/tools";
import type { Variant } from "../experiment/variant.js";
import { missingFromEmbedded } from "../testbed/capabilities/embedded.js";
import type { Capability, HostNames } from "../testbed/testbed.js";
import { needMemory } from "../testbed/vm/memory.js";
import { basePackages, type GuestRecipe } from "../testbed/vm/recipe.js";
import { askHost, experimentsOf, openThisMachine } from "./examine.js";
import { type Examination, type Finding, thisMachine } from "./finding.js";
import { examineKernel, type KernelToBoot } from "./guest-kernel.js";
import type { NeededProgram } from "./programs.js";
import { capabilityFindings, neededPrograms } from "./requirements.js";

/** Guests that are not there yet. */
export interface GuestsToBe {
  readonly recipe: GuestRecipe;
  readonly hosts: HostNames;
  /** @default the recipe's */
  readonly kernel?: KernelToBoot;
}

const neededBy = ["guests"];

/** What this machine runs to build and hold guests. */
const ownPrograms: readonly NeededProgram[] = [
  { program: "qemu-system-x86_64", debianPackage: "qemu-system-x86", neededBy },
  { program: "setpriv", debianPackage: "util-linux", neededBy },
  { program: "apt-get", debianPackage: "apt", neededBy },
  { program: "dpkg-deb", debianPackage: "dpkg", neededBy },
];

function platformFinding(): Finding {
  const found = `${process.platform} on ${process.arch}`;
  const about = {
    ...{ host: thisMachine, what: "platform", found, wanted: "linux on x64" },
    why: "guests are built from the distribution's own packages",
  };
  if (process.platform === "linux" && process.arch === "x64") return { ...about, state: "met" };
  const remedy = "use a Linux computer with an x86-64 processor, or real hosts in a testbed file";
  return { ...about, state: "unmet", remedy };
}

async function memoryFinding({ recipe, hosts }: GuestsToBe): Promise<Finding> {
  const wanted = `room for ${hosts.length} guests of ${recipe.memoryMib} MiB`;
  const about = { host: thisMachine, what: "memory", wanted, why: "guests keep all of it" };
  try {
    await needMemory(hosts.length, recipe.memoryMib);
    return { ...about, state: "met", found: "enough is available" };
  } catch (error) {
    if (!isHoststackError(error, "CAPABILITY_MISSING")) throw error;
    return { ...about, state: "unmet", found: error.message, remedy: error.remedy ?? "" };
  }
}

/** Programs come with packages of the recipe; what a package of every guest has is there as well. */
function guestProgramFindings(
  host: string,
  programs: readonly NeededProgram[],
  { packages }: GuestRecipe,
): Finding[] {
  const inBusybox = new Set(["grep"]);
  const available = new Set([...basePackages, ...packages, ...inBusybox]);
  return programs.map(({ program, debianPackage, neededBy: by }) => {
    const about = {
      ...{ host, what: `program ${program}`, wanted: `${program} in the guest` },
      why: `${by.join(", ")} ${by.length === 1 ? "runs" : "run"} it`,
    };
    if (available.has(debianPackage)) {
      return { ...about, state: "met", found: `comes with ${debianPackage} when guests are built` };
    }
    const remedy = `add ${debianPackage} to the packages of the guest's recipe`;
    return { ...about, state: "unmet", found: `the recipe has no ${debianPackage}`, remedy };
  });
}

/** What the guests will have in them. */
const guestNotices = ({ packages, modules }: GuestRecipe, kernel: string): string[] => [
  `guests are not started for this; they will have ${[kernel, ...packages].join(", ")}`,
  ...(modules.length === 0 ? [] : [`modules that can be loaded in them: ${modules.join(", ")}`]),
];

/**
 * Examines what guests would need, without building or starting them: this machine is asked once, the
 * guests' recipe says the rest. Throws as `Host.batch` does.
 */
export async function examineGuests(
  variants: readonly Variant[],
  guests: GuestsToBe,
  signal: AbortSignal,
): Promise<Examination> {
  const { recipe, hosts } = guests;
  const kernel = guests.kernel === undefined ? undefined : await examineKernel(guests.kernel);
  const offered = new Set<Capability>([
    ...(["own-kernel", "root", "separate-machines"] as const),
    ...recipe.capabilities,
  ]);
  const platform = platformFinding();
  const about = {
    testbed: {
      kind: "vm",
      evidence: "guest",
      notices: guestNotices(recipe, kernel?.release ?? recipe.kernel),
    },
    experiments: experimentsOf(variants),
  } as const;
  if (platform.state === "unmet") return { ...about, findings: [platform] };
  await using machine = openThisMachine();
  const own = await askHost(machine, { programs: ownPrograms, busy: true }, signal);
  const programs = neededPrograms(variants);
  const missing = missingFromEmbedded("vm", offered, hosts);
  return {
    ...about,
    findings: [
      platform,
      ...(kernel === undefined ? [] : [kernel.finding]),
      await memoryFinding(guests),
      ...own,
      ...capabilityFindings(variants, hosts, missing),
      ...hosts.flatMap((host) => guestProgramFindings(host, programs, recipe)),
    ],
  };
}
