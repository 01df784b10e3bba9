import { hoststackError } from "../errors/error.js";
import type { AskSecret } from "../host/ssh-target.js";
import { runId } from "../result/run-id.js";
import type { System } from "../system/system.js";
import { endKept } from "../testbed/kept/end.js";
import { keepTestbed } from "../testbed/kept/keep.js";
import { openTestbed, type TestbedSpec } from "../testbed/open-testbed.js";
import type { Progress, Testbed } from "../testbed/testbed.js";
import type { ChosenTestbed } from "./chosen-testbed.js";
import { testbedSpec } from "./testbed-spec.js";

/** How the testbed of a run is opened. */
export interface RunTestbedContext {
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly ask?: AskSecret;
}

/** The testbed of a run, and what becomes of it. */
export interface RunTestbed {
  readonly testbed: Testbed;
  /** Takes it down, or leaves it up under a name, which is returned. */
  close(keep: boolean): Promise<string | undefined>;
}

/** Only what a run makes itself can be left up. Throws OPTIONS_INVALID naming the flag. */
export function checkKeepable({ kind }: ChosenTestbed): void {
  if (kind === "vm" || kind === "netns") return;
  const text = `--keep-on-failure is for vm and netns: a ${kind === "file" ? "testbed file's hosts stay" : "kept testbed stays"} as they are anyway`;
  throw hoststackError("OPTIONS_INVALID", text, {
    remedy: "leave it out",
    details: { field: "keepOnFailure" },
  });
}

/** Opens a testbed that ends with this process. */
async function openOwned(spec: TestbedSpec, context: RunTestbedContext): Promise<RunTestbed> {
  const testbed = await openTestbed(spec, context);
  return {
    testbed,
    close: async () => {
      await testbed[Symbol.asyncDispose]();
      return undefined;
    },
  };
}

/**
 * Opens a testbed of a name of its own that outlives this process, so that it can be left up. When this process is
 * killed it stays as well; `testbed status` lists it.
 */
async function openKeepable(
  system: System,
  spec: Extract<TestbedSpec, { readonly kind: "netns" | "vm" }>,
  context: RunTestbedContext,
): Promise<RunTestbed> {
  const name = runId(String(process.pid));
  await keepTestbed({ name, system: system.name, spec, ...context });
  const opened = await openTestbed({ kind: "kept", name }, context).catch(
    async (error: unknown) => {
      await endKept(name);
      throw error;
    },
  );
  return {
    testbed: opened,
    close: async (keep) => {
      await opened[Symbol.asyncDispose]();
      if (keep) return name;
      await endKept(name);
      return undefined;
    },
  };
}

/** Opens the testbed of a run; one that may be left up is opened so that it can be. */
export async function openRunTestbed(
  system: System,
  chosen: { readonly testbed: ChosenTestbed; readonly keepable: boolean },
  context: RunTestbedContext,
): Promise<RunTestbed> {
  const spec = testbedSpec(system, chosen.testbed);
  return chosen.keepable && (spec.kind === "netns" || spec.kind === "vm")
    ? await openKeepable(system, spec, context)
    : await openOwned(spec, context);
}
