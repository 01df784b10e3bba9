import type { ExperimentContext, ProcessSpec } from "@hoststack/core";
import { z } from "zod";
import type { HostFacts } from "../host-facts.js";

/** Whether the server's CPUs are profiled. */
export const perfOption = z.boolean().default(false).describe("profile the server's CPUs by perf");

/** Samples a second and CPU: few, since what samples takes time of what is measured. */
const frequencyHz = 199;

/** Samples stay on the host's disk until they are a text: what takes them apart runs when all is measured. */
const profileScript = `
place=$(mktemp -d) || exit
trap 'rm -rf -- "$place"' EXIT
trap 'exit 130' INT TERM
echo recording
LC_ALL=C perf record -a -F "$1" -o "$place/perf.data" -- sleep "$2" >&2 || exit
LC_ALL=C perf report --stdio --sort cpu,comm,dso,symbol -i "$place/perf.data"
`;

/** Clients are no faster with their start than this. */
const startS = 2;
const reportMs = 300_000;

/** Id of the process whose output is the profile. */
const profileId = "perf";

/**
 * The same processes and, where it is asked for, one that profiles all CPUs of the server from before clients begin
 * until they have ended: its output is what `perf report` tells, by CPU, so that matching is apart.
 */
export function profiled(
  {
    options,
    server,
  }: ExperimentContext<{ readonly perf: boolean; readonly durationS: number }, HostFacts>,
  processes: readonly ProcessSpec[],
): readonly ProcessSpec[] {
  if (!options.perf) return processes;
  const seconds = options.durationS + startS;
  const longestMs = Math.max(...processes.map(({ deadlineMs }) => deadlineMs));
  const profile: ProcessSpec = {
    id: profileId,
    host: server.host,
    argv: ["sh", "-c", profileScript, "sh", String(frequencyHz), String(seconds)],
    ready: { kind: "output", pattern: /^recording$/ },
    // it begins once servers are up
    after: processes.filter(({ host }) => host === server.host).map(({ id }) => id),
    ends: "itself",
    deadlineMs: seconds * 1000 + reportMs,
  };
  const clients = processes.map((one) =>
    one.host === server.host
      ? { ...one, deadlineMs: longestMs + reportMs }
      : { ...one, after: [...(one.after ?? []), profileId] },
  );
  return [...clients, profile];
}
