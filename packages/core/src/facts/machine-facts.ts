import type { Host } from "../host/host.js";

/** Questions every machine is asked for the record, by the name of the answer. */
const questions: Readonly<Record<string, string>> = {
  kernel: "uname -srvm",
  bootId: "cat /proc/sys/kernel/random/boot_id",
  cpuModel: "grep -m 1 '^model name' /proc/cpuinfo | cut -d: -f2",
  cpus: "grep -c ^processor /proc/cpuinfo",
  memoryKib: "grep MemTotal /proc/meminfo | tr -dc 0-9",
  clockSource: "cat /sys/devices/system/clocksource/clocksource0/current_clocksource",
  kernelCommandLine: "cat /proc/cmdline",
  loadAverage: "cat /proc/loadavg",
};

/** Constant text without anything from outside, so one shell answers all questions in one round trip. */
const script = Object.entries(questions)
  .map(([name, question]) => `printf '%s\\t%s\\n' ${name} "$(${question} 2>&1 | tr '\\n\\t' '  ')"`)
  .join("\n");

/** Facts of a machine for the record; one that cannot be had says `unavailable: reason`. */
export async function machineFacts(
  host: Host,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const { stdout } = await host.run({ argv: ["sh", "-c", script] }, { signal });
  const answers = new Map(
    stdout.split("\n").map((line) => {
      const [name = "", answer = ""] = line.split("\t");
      return [name, answer.trim()] as const;
    }),
  );
  return Object.fromEntries(
    Object.keys(questions).map((name) => {
      const answer = answers.get(name) ?? "";
      return [name, answer === "" ? "unavailable: the host gave no answer" : answer];
    }),
  );
}
