import { z } from "zod";
import type { Answer, Decision, Step } from "../../plan/step.js";
import { impossible, noAnswer } from "../decisions.js";
import { kernelFiles } from "../kernel-files/kernel-files.js";
import { checkStepOptions, lifetime } from "../options.js";
import { script } from "../script.js";

const schema = z.strictObject({ maxExitLatencyUs: z.int().min(0), lifetime });

/** How deep CPUs may sleep. */
export interface CpuIdleStatesStepOptions {
  /** States that take longer to wake up from, in microseconds, are switched off, shallower ones on. 0 leaves polling alone. */
  readonly maxExitLatencyUs: number;
  /** @default "scoped" */
  readonly lifetime?: "kept" | "scoped";
}

/** Prints `path microseconds`. */
const latencyScript = `
cd /sys/devices/system/cpu || exit 0
for file in cpu[0-9]*/cpuidle/state[0-9]*/latency; do
  [ ! -f "$file" ] || printf '%s %s\\n' "\${file%/latency}" "$(cat "$file")"
done
`;

/** Switches idle states (C-states) of all CPUs off by their exit latency. Throws OPTIONS_INVALID. */
export function cpuIdleStatesStep(options: CpuIdleStatesStepOptions): Step {
  const given = checkStepOptions(schema, options, "CPU idle states");
  const { maxExitLatencyUs } = given;
  const files = (latencies: ReadonlyMap<string, number>) =>
    kernelFiles({
      directory: "/sys/devices/system/cpu",
      patterns: ["cpu[0-9]*/cpuidle/state[0-9]*/disable"],
      what: "idle states",
      missing: impossible(
        "the CPUs show no idle states: a guest, or a kernel with idle=poll",
        "leave this step out",
      ),
      wantedOf: (path) => {
        const latency = latencies.get(path.replace(/\/disable$/, ""));
        return latency === undefined ? undefined : latency > maxExitLatencyUs ? "1" : "0";
      },
    });
  const { check, probe } = files(new Map());
  const decide = (seen: Answer, [writable, latencies]: readonly Answer[]): Decision => {
    if (seen.exitCode !== 0) return noAnswer("idle states", seen);
    return files(parseLatencies(latencies?.stdout ?? "")).decide(seen.stdout, writable);
  };
  return {
    id: "cpu:idle-states",
    title: `keep CPUs from idle states of more than ${maxExitLatencyUs} us`,
    scope: "machine",
    lifetime: given.lifetime,
    survives: "boot",
    check,
    probes: [probe, script(latencyScript)],
    decide,
  };
}

function parseLatencies(text: string): ReadonlyMap<string, number> {
  const lines = text.split("\n").filter(Boolean);
  return new Map(
    lines.map((line): [string, number] => {
      const [path = "", latency] = line.split(" ");
      return [path, Number(latency)];
    }),
  );
}
