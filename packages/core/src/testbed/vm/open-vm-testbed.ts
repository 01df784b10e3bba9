import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { hoststackError } from "../../errors/error.js";
import { makeKeyPair } from "../../host/ssh/key-pair.js";
import type { BuiltKernel } from "../../kernel/built.js";
import { missingFromEmbedded } from "../capabilities/embedded.js";
import { checkHostNames, rolesByName } from "../embedded-hosts.js";
import type { Capability, HostNames, Progress, Testbed } from "../testbed.js";
import { type AccelerationVerdict, chooseAcceleration } from "./acceleration.js";
import { defaultCacheDirectory } from "./cache-directory.js";
import { cardDriver } from "./data-card.js";
import { guestIdentity } from "./guest-config.js";
import { type GuestHost, type GuestPlan, openGuestHost, openingStopped } from "./guest-host.js";
import { guestLinks, mostGuests } from "./guest-links.js";
import { guestSnapshots } from "./guest-snapshot.js";
import { builtKernelProvenance } from "./image/built-kernel.js";
import { type GuestImage, guestImage } from "./image/guest-image.js";
import { needMemory } from "./memory.js";
import { wireKind } from "./qemu-argv.js";
import { type QemuVersion, qemuVersion } from "./qemu-version.js";
import type { GuestRecipe } from "./recipe.js";
import { openRunDirectory, type RunDirectory } from "./run-directory.js";
import { vmProvenance } from "./vm-provenance.js";
import { type DataNetwork, openDataNetwork } from "./wires.js";

/** Which guests to open and how. */
export interface VmTestbedOptions {
  readonly recipe: GuestRecipe;
  /** Names of the guests, 2 to 8: two are joined by a wire, more by a hub. */
  readonly hosts: HostNames;
  /** Booted by all in place of the recipe's kernel; it lies on this computer. */
  readonly kernel?: BuiltKernel;
  /** Stops the opening and removes all of it (INTERRUPTED). */
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
  /** Where images and packages are kept. @default `$XDG_CACHE_HOME/hoststack` or `~/.cache/hoststack` */
  readonly cacheDirectory?: string;
}

/** How to log in to a guest as root, with an SSH client of one's own. */
export interface GuestLogin {
  /** Port on 127.0.0.1. */
  readonly port: number;
  /** Secret, as OpenSSH writes it. */
  readonly privateKey: string;
  /** The key the guest shows, `ssh-ed25519 AAAA...`. */
  readonly hostKey: string;
}

/** Guests on a private link or network. */
export interface VmTestbed extends Testbed {
  readonly kind: "vm";
  /** Process ids of the guests' QEMUs, in the order of `hosts`. */
  readonly qemuPids: readonly number[];
  /** Process id of the hub's QEMU; two guests have none. */
  readonly hubPid?: number;
  /** How to log in to the guests, in the order of `hosts`. */
  readonly logins: readonly GuestLogin[];
  /** Private directory of the run, with a console log per guest; gone after disposal. */
  readonly directory: string;
}

/**
 * Opens guests with kernels of their own, joined by a link between their data cards; more than two by a hub, which
 * shows every packet to every card. The guests
 * die with this process, however it dies. Throws OPTIONS_INVALID, TOOL_MISSING without QEMU, CAPABILITY_MISSING without
 * apt, memory or disk, GUEST_FAILED with the console's last lines, CLOCK_UNSTEADY, INTERRUPTED.
 */
export async function openVmTestbed(options: VmTestbedOptions): Promise<VmTestbed> {
  const { signal } = options;
  try {
    signal?.throwIfAborted();
    checkHostNames(options.hosts, mostGuests);
    needX64();
    const version = await qemuVersion(signal);
    const cacheDirectory = options.cacheDirectory ?? defaultCacheDirectory();
    await mkdir(cacheDirectory, { recursive: true });
    const image = await guestImage({
      ...options,
      recipe: imageRecipe(options.recipe),
      cacheDirectory,
    });
    const { kernel } = options;
    const kernelFacts = kernel === undefined ? {} : await builtKernelProvenance(kernel);
    await needMemory(options.hosts.length, options.recipe.memoryMib);
    const run = await openRunDirectory();
    try {
      return await openGuests({ options, version, image, kernelFacts, cacheDirectory, run });
    } catch (error) {
      await run[Symbol.asyncDispose]();
      throw error;
    }
  } catch (error) {
    throw signal?.aborted ? openingStopped(error) : error;
  }
}

/** The driver of another card than the usual one has to be in the image. */
function imageRecipe(recipe: GuestRecipe): GuestRecipe {
  const driver = cardDriver(recipe.dataCard);
  return driver === undefined ? recipe : { ...recipe, modules: [...recipe.modules, driver] };
}

interface Opening {
  readonly options: VmTestbedOptions;
  readonly version: QemuVersion;
  readonly image: GuestImage;
  /** What a kernel in place of the recipe's is made of, for records. */
  readonly kernelFacts: Readonly<Record<string, string>>;
  readonly cacheDirectory: string;
  readonly run: RunDirectory;
}

async function openGuests(opening: Opening): Promise<VmTestbed> {
  const { options, version, run } = opening;
  const place = { guests: options.hosts.length, directory: run.path };
  const network = await openDataNetwork(wireKind(version), place);
  try {
    return await openJoined(opening, network);
  } catch (error) {
    await network[Symbol.asyncDispose]();
    throw error;
  }
}

async function openJoined(opening: Opening, network: DataNetwork): Promise<VmTestbed> {
  const { options, version, image, cacheDirectory, run } = opening;
  const { recipe, progress, signal } = options;
  const { memoryMib, cpus, dataCard, iommu } = recipe;
  const boot = { kernel: image.kernel, initramfs: image.initramfs };
  const hardware = { ...boot, memoryMib, cpus, dataCard, iommu };
  const verdict = await chooseAcceleration({
    ...{ hardware, version, cacheDirectory },
    directory: run.path,
    signal,
  });
  const machine = { ...hardware, acceleration: verdict.acceleration };
  const snapshots = await guestSnapshots({
    ...{ image, version, cacheDirectory, signal, progress },
    hardware: machine,
  });
  const login = makeKeyPair();
  // what stops the opening: the caller, or the failure of another guest
  const failed = new AbortController();
  const plan: GuestPlan = {
    ...{ recipe, progress },
    hardware: machine,
    snapshots,
    guests: options.hosts.map(guestIdentity),
    login: { privateKey: login.openssh, publicLine: login.publicLine },
    directory: run.path,
    signal: AbortSignal.any([failed.signal, ...(signal ? [signal] : [])]),
  };
  const openings = plan.guests.map(async (identity, index) => {
    const wire = network.wires[index];
    if (wire === undefined) throw new Error("every guest has a wire");
    return await openGuestHost(plan, identity, wire).catch((error: unknown) => {
      failed.abort(error);
      throw error;
    });
  });
  const settled = await Promise.allSettled(openings);
  const opened = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  if (failed.signal.aborted) {
    await Promise.all(opened.map(async (one) => await one[Symbol.asyncDispose]()));
    throw failed.signal.reason;
  }
  try {
    await Promise.all(opened.map((one) => needKernel(one, image.kernelRelease)));
  } catch (error) {
    await Promise.all(opened.map(async (one) => await one[Symbol.asyncDispose]()));
    throw error;
  }
  return vmTestbed(opening, { plan, network, opened, verdict });
}

/** Throws GUEST_FAILED when a guest runs another kernel than it was to boot. */
async function needKernel({ host, kernelRelease }: GuestHost, release: string): Promise<void> {
  const runs = kernelRelease ?? (await host.run({ argv: ["uname", "-r"] })).stdout.trim();
  if (runs === release) return;
  throw hoststackError(
    "GUEST_FAILED",
    `guest ${host.name} runs the kernel ${runs}, not ${release}`,
    {
      remedy: "remove the image from the cache directory, so that it is built anew",
      details: { guest: host.name, runs, release },
    },
  );
}

interface OpenedGuests {
  readonly plan: GuestPlan;
  readonly network: DataNetwork;
  readonly opened: readonly GuestHost[];
  readonly verdict: AccelerationVerdict;
}

function vmTestbed(
  { options, version, image, kernelFacts, run }: Opening,
  guests: OpenedGuests,
): VmTestbed {
  const { plan, network, opened, verdict } = guests;
  const kept = opened.find(({ snapshot }) => snapshot !== undefined)?.snapshot;
  const lost = new AbortController();
  let disposed: Promise<void> | undefined;
  for (const { ended } of [...opened.map(({ guest }) => guest), network.hub ?? []].flat()) {
    void ended.then((error) => {
      if (disposed === undefined) lost.abort(error);
    });
  }
  const dispose = async () => {
    await Promise.all(opened.map(async (one) => await one[Symbol.asyncDispose]()));
    await network[Symbol.asyncDispose]();
    await run[Symbol.asyncDispose]();
  };
  const capabilities = new Set<Capability>([
    "own-kernel",
    "root",
    "separate-machines",
    ...options.recipe.capabilities,
  ]);
  return {
    kind: "vm",
    hosts: opened.map(({ host }) => host),
    links: guestLinks(options.hosts, options.recipe.linkMtuBytes),
    ...rolesByName(options.hosts),
    capabilities,
    missing: missingFromEmbedded("vm", capabilities, options.hosts),
    evidence: "guest",
    provenance: {
      ...vmProvenance({ ...options, version, image, verdict, opened }),
      ...kernelFacts,
      ...(network.hub === undefined ? {} : { link: "hub: every packet reaches every guest" }),
    },
    notices: noticesOf(network, verdict),
    keeps: [
      `guest image, for the next time: ${dirname(image.kernel)}`,
      ...(kept === undefined ? [] : [`booted guest, for the next time: ${kept.directory}`]),
    ],
    embeddedBy: [],
    lost: lost.signal,
    qemuPids: opened.map(({ guest }) => guest.pid),
    ...(network.hub === undefined ? {} : { hubPid: network.hub.pid }),
    logins: opened.map(({ guest, hostKey }) => {
      return { port: guest.sshPort, privateKey: plan.login.privateKey, hostKey };
    }),
    directory: run.path,
    [Symbol.asyncDispose]: async () => {
      disposed ??= dispose();
      await disposed;
    },
  };
}

function noticesOf({ hub, wires }: DataNetwork, { reason }: AccelerationVerdict): string[] {
  const emulated = `the guests are emulated (${reason}): figures show behaviour, not what hardware can do`;
  const shared = `the ${wires.length} guests are on a hub: every packet reaches every guest, and all flows share what it carries`;
  return [...(reason === undefined ? [] : [emulated]), ...(hub === undefined ? [] : [shared])];
}

function needX64(): void {
  if (process.platform === "linux" && process.arch === "x64") return;
  const here = `${process.platform} on ${process.arch}`;
  throw hoststackError("CAPABILITY_MISSING", `guests need Linux on x64; this is ${here}`, {
    remedy: "use a Linux computer with an x86-64 processor, or real hosts over SSH",
  });
}
