import { setTimeout as delay } from "node:timers/promises";
import { hoststackError } from "../../errors/error.js";
import type { Qmp } from "./qmp.js";

const pollMs = 20;
/** QEMU's usual limit is meant for networks that are shared. */
const bytesPerSecond = 2 ** 40;

/**
 * Writes the state of a running guest to a file of QEMU's directory, whose name needs no quoting; the
 * guest goes on afterwards. It is not stopped before: what goes on from the state of a stopped
 * guest is stopped as well. Pages of zeros are not written. Throws GUEST_FAILED, e.g. when the disk is full.
 */
export async function saveState(qmp: Qmp, file: string): Promise<void> {
  await qmp.execute("migrate-set-parameters", { "max-bandwidth": bytesPerSecond });
  await qmp.execute("migrate", { uri: `exec:cat >${file}` });
  for (;;) {
    const info = (await qmp.execute("query-migrate")) as {
      readonly status?: string;
      readonly "error-desc"?: string;
    };
    if (info.status === "completed") break;
    if (info.status === "failed" || info.status === "cancelled") {
      const why = info["error-desc"] ?? info.status;
      throw hoststackError("GUEST_FAILED", `the state of a guest could not be saved: ${why}`);
    }
    await delay(pollMs);
  }
  await qmp.execute("cont");
}

/** Waits until a guest that is given a state has read it and runs. Throws GUEST_FAILED. */
export async function running(qmp: Qmp, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { status } = (await qmp.execute("query-status")) as { readonly status: string };
    if (status === "running") return;
    await delay(pollMs, undefined, { signal });
  }
}
