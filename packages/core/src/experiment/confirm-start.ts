import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { limitDifference } from "../command/limits.js";
import { unmappedLibrary } from "../command/preload.js";
import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";
import type { ProcessSpec } from "./experiment.js";

/** From the start of the first program in the row until the last one has its libraries. */
const confirmDeadlineMs = 5_000;
const lookEveryMs = 50;

/** A started process of a spec. */
export interface StartedSpec {
  readonly host: Host;
  readonly pid: number;
  readonly signal: AbortSignal;
}

/**
 * Looks at a started process until its limits and preloaded libraries are those of its spec, which a
 * program that starts others first becomes. One that has ended cannot be looked at: its end is judged
 * elsewhere. Throws NOT_READY, and what `Host.batch` throws.
 */
export async function confirmStart(spec: ProcessSpec, started: StartedSpec): Promise<void> {
  const { limits = {}, preloads = [] } = spec;
  if (Object.keys(limits).length === 0 && preloads.length === 0) return;
  const { host, pid, signal } = started;
  const until = performance.now() + confirmDeadlineMs;
  for (;;) {
    const [limitsText, maps, ...paths] = await host.batch(
      [
        { argv: ["cat", `/proc/${pid}/limits`] },
        { argv: ["cat", `/proc/${pid}/maps`] },
        ...preloads.map((path) => ({ argv: ["readlink", "-f", "--", path] as const })),
      ],
      { signal },
    );
    if (limitsText?.exitCode !== 0) return;
    const real = paths.map(({ stdout }, index) => stdout.trim() || (preloads[index] ?? ""));
    const library = unmappedLibrary(maps?.stdout ?? "", real);
    const why =
      limitDifference(limitsText.stdout, limits) ??
      (library === undefined ? undefined : `${library} is not loaded into it`);
    if (why === undefined) return;
    if (performance.now() > until) throw notAsWanted(spec, why);
    await delay(lookEveryMs, undefined, { signal });
  }
}

function notAsWanted({ id, host }: ProcessSpec, why: string): Error {
  return hoststackError("NOT_READY", `${id} on ${host} does not run as its spec says: ${why}`, {
    remedy:
      "preload libraries for the program's own architecture and none into static or set-user-id programs; raise limits as root",
    details: { process: id, host },
  });
}
