import { hoststackError } from "../../errors/error.js";
import type { Host } from "../../host/host.js";
import { parsePlace, placeCommand } from "../../plan/place.js";
import { unloadScript } from "../../steps/module-file/scripts.js";
import { devicesFile } from "../../steps/module-file.js";
import { script } from "../../steps/script.js";
import { kernelFaultError, kernelSince, markKernel } from "./kernel-watch.js";

/** How long a module's users are waited for. */
export interface UnloadModuleOptions {
  /** With underscores. */
  readonly name: string;
  /** @default 10_000 */
  readonly waitMs?: number;
}

const defaultWaitMs = 10_000;
/** What the script needs beyond waiting. */
const marginMs = 60_000;
/** Exit status of the script when the module is still in use. */
const inUse = 3;

/**
 * Unloads a module that no plan has loaded, once nothing uses it; one that is not loaded is none to unload.
 * Throws MODULE_IN_USE with those who hold it, KERNEL_FAULT when the kernel complained meanwhile,
 * COMMAND_FAILED for a module that is neither loaded nor gone.
 */
export async function unloadModule(host: Host, options: UnloadModuleOptions): Promise<void> {
  const { name, waitMs = defaultWaitMs } = options;
  if (!/^\w+$/.test(name) || !(waitMs >= 0)) {
    const field = /^\w+$/.test(name) ? "waitMs" : "name";
    throw hoststackError("OPTIONS_INVALID", `unload module: "${field}" is not as expected`);
  }
  const [placed] = await host.batch([placeCommand]);
  const place = parsePlace(host.name, placed?.stdout ?? "");
  const before = await markKernel(host);
  const notes = devicesFile(`${place.stateDirectory}/saved`, name);
  const [result] = await host.batch(
    [script(unloadScript, name, String(Math.ceil(waitMs / 1000)), notes)],
    { deadlineMs: waitMs + marginMs },
  );
  const { faults } = await kernelSince(host, before);
  if (faults.length > 0) {
    throw kernelFaultError({ host: host.name, doing: `${name} was unloaded` }, faults);
  }
  if (result?.exitCode === 0) return;
  const words = result?.stderr.trim() ?? "";
  const details = { host: host.name, module: name };
  throw result?.exitCode === inUse
    ? hoststackError("MODULE_IN_USE", `on ${host.name} ${words}`, {
        remedy: "end what uses it, or wait longer",
        details,
      })
    : hoststackError("COMMAND_FAILED", `on ${host.name} ${words}`, { details });
}
