import { hoststackError } from "../errors/error.js";
import type { AskSecret } from "../host/ssh-target.js";
import type { BuiltKernel } from "../kernel/built.js";
import type { TestbedFile } from "./file/schema.js";
import type { HostNames, Progress, Role, Testbed } from "./testbed.js";
import type { TrafficRisk } from "./traffic/traffic.js";
import type { GuestRecipe } from "./vm/recipe.js";

/** What a user decides beside a testbed file. */
interface FileChoices {
  /** Hosts of roles, before those of the file. */
  readonly roles?: Readonly<Partial<Record<Role, string | readonly string[]>>>;
  /** Traffic the user answers for, beside what the file allows. */
  readonly allowTraffic?: readonly TrafficRisk[];
}

type EmbeddedSpec =
  | {
      /** Guests with kernels of their own: two on a private link, or up to 8 on a private hub. */
      readonly kind: "vm";
      readonly hosts: HostNames;
      readonly recipe: GuestRecipe;
      /** Booted by all in place of the recipe's kernel; it lies on this computer. */
      readonly kernel?: BuiltKernel;
    }
  | {
      /** Network namespaces of this machine: two, joined by veth pairs, or up to 16 on one bridge. */
      readonly kind: "netns";
      readonly hosts: HostNames;
      /** @default 1500 */
      readonly mtuBytes?: number;
      /** Links that join two of them; more have one each. @default 1 */
      readonly links?: number;
    };

type SshSpec =
  | (FileChoices & {
      /** Hosts that are there already, from a testbed file. */
      readonly kind: "file";
      /** `.yaml`, `.yml`, `.mjs`, or `.ts` where Node runs it. */
      readonly path: string;
    })
  | (FileChoices & {
      /** The same, described by the caller; checked as a file is. */
      readonly kind: "ssh";
      readonly testbed: TestbedFile;
    });

/** One that `testbed up` keeps; closing it leaves it as it is. */
interface KeptByName {
  readonly kind: "kept";
  readonly name: string;
}

/** Which testbed to open. */
export type TestbedSpec = EmbeddedSpec | KeptByName | SshSpec;

/** How a testbed is opened. */
export interface OpenTestbedContext {
  /** Stops the opening and cleans up. */
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
  /** Asks for passphrases and passwords of SSH; without it a login that needs one fails. */
  readonly ask?: AskSecret;
}

async function openDescribed(spec: SshSpec, context: OpenTestbedContext): Promise<Testbed> {
  const { checkTestbedFile } = await import("./file/check-testbed-file.js");
  const { readTestbedFile } = await import("./file/read-testbed-file.js");
  const { roles = {}, allowTraffic = [] } = spec;
  const described =
    spec.kind === "file" ? await readTestbedFile(spec.path) : checkTestbedFile(spec.testbed);
  // checked once more with what the caller decides, so that its names are those of the file
  const file = checkTestbedFile({ ...described, roles: { ...described.roles, ...roles } });
  const { openSshTestbed } = await import("./ssh/open-ssh-testbed.js");
  const origin = spec.kind === "file" ? { origin: spec.path } : {};
  return await openSshTestbed({ ...context, ...origin, file, allowTraffic });
}

/**
 * Opens a testbed; the code of each kind is loaded when it is first used. Throws as the kinds do:
 * see `openNetnsTestbed`, `openVmTestbed`, `openKeptTestbed`, `readTestbedFile` and `openSshTestbed`.
 */
export async function openTestbed(
  spec: TestbedSpec,
  context: OpenTestbedContext = {},
): Promise<Testbed> {
  if (spec.kind === "file" || spec.kind === "ssh") return await openDescribed(spec, context);
  if (spec.kind === "kept") {
    const { openKeptTestbed } = await import("./kept/open-kept.js");
    return await openKeptTestbed(spec.name, context);
  }
  if (process.platform !== "linux") {
    throw hoststackError("CAPABILITY_MISSING", `the ${spec.kind} testbed needs Linux`, {
      remedy: "run it on a Linux machine, or name real hosts in a testbed file",
    });
  }
  if (spec.kind === "netns") {
    const { openNetnsTestbed } = await import("./netns/open-netns-testbed.js");
    return openNetnsTestbed({ ...spec, ...context });
  }
  const { openVmTestbed } = await import("./vm/open-vm-testbed.js");
  return openVmTestbed({ ...spec, ...context });
}
