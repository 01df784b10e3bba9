import { hoststackError } from "../../errors/error.js";
import type { Host } from "../host.js";
import type { Detached } from "./detached.js";
import { stateText } from "./host-text.js";

const runs = 3;
const other = 4;

/** Judged and removed in one go: another may be started under the same id at any time. */
const removeScript = `
${stateText}
[ -s "$1/command" ] || exit ${other}
load "$1"
[ "$boot $pid $ticks" = "$2" ] || exit ${other}
[ "$word" != running ] || exit ${runs}
rm -rf -- "$1"
`;

/**
 * Removes a detached command that is over, with all it wrote. Returns whether it was there: one that was
 * started since under the same id stays. Throws COMMAND_FAILED while it runs, and when it cannot be removed.
 */
export async function removeDetached(host: Host, detached: Detached): Promise<boolean> {
  const { path, bootId, pid, startTicks } = detached;
  const argv = ["sh", "-c", removeScript, "sh", path, `${bootId} ${pid} ${startTicks}`] as const;
  const { exitCode, stderr } = await host.run({ argv }, { reject: false });
  if (exitCode === 0) return true;
  if (exitCode === other) return false;
  const details = { host: host.name, path };
  if (exitCode === runs) {
    throw hoststackError("COMMAND_FAILED", `${path} on ${host.name} still runs`, {
      remedy: "end it with stopDetached first, or wait",
      details,
    });
  }
  const message = `${path} on ${host.name} cannot be removed: ${stderr.trim()}`;
  throw hoststackError("COMMAND_FAILED", message, { details });
}
