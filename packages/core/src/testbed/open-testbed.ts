import { hoststackError } from "../errors/error.js";
import type { Progress, Testbed } from "./testbed.js";
import type { GuestRecipe } from "./vm/recipe.js";

/** Which testbed to open. */
export type TestbedSpec =
  | {
      /** Two guests with kernels of their own on a private link. */
      readonly kind: "vm";
      readonly hosts: readonly [string, string];
      readonly recipe: GuestRecipe;
    }
  | {
      /** Two network namespaces of this machine, joined by a veth pair. */
      readonly kind: "netns";
      readonly hosts: readonly [string, string];
      /** @default 1500 */
      readonly mtuBytes?: number;
    };

/** How a testbed is opened. */
export interface OpenTestbedContext {
  /** Stops the opening and cleans up. */
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/** Opens a testbed; the code of each kind is loaded when it is first used. */
export async function openTestbed(
  spec: TestbedSpec,
  context: OpenTestbedContext = {},
): Promise<Testbed> {
  if (process.platform !== "linux") {
    throw hoststackError("CAPABILITY_MISSING", `the ${spec.kind} testbed needs Linux`, {
      remedy: "run it on a Linux machine",
    });
  }
  if (spec.kind === "netns") {
    const { openNetnsTestbed } = await import("./netns/open-netns-testbed.js");
    return openNetnsTestbed({ ...spec, ...context });
  }
  const { openVmTestbed } = await import("./vm/open-vm-testbed.js");
  return openVmTestbed({ ...spec, ...context });
}
