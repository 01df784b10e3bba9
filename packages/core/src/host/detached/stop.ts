import type { Host } from "../host.js";
import type { Detached } from "./detached.js";
import { findOne } from "./find.js";
import { stateText } from "./host-text.js";

/** SIGTERM, 2 s, SIGKILL; then waits until the runner has noted the end. */
const stopScript = `
${stateText}
d=$1
load "$d"
[ "$word" = running ] || exit 0
rest() { sleep 0.1 2>/dev/null || { sleep 1; i=$((i + 9)); }; }
alive && kill -TERM "-$pid"
i=0
while [ ! -s "$d/ending" ] && [ "$i" -lt 20 ]; do i=$((i + 1)); rest; done
alive && kill -KILL "-$pid"
i=0
while [ ! -s "$d/ending" ] && [ "$i" -lt 50 ]; do i=$((i + 1)); rest; done
`;

/**
 * Ends a detached command with all processes of its group, and says how it ended; one that runs no more
 * is left as it is. A process that merely has its id is never signalled.
 */
export async function stopDetached(host: Host, { path }: Detached): Promise<Detached> {
  await host.run({ argv: ["sh", "-c", stopScript, "sh", path] }, { reject: false });
  return await findOne(host, path);
}
