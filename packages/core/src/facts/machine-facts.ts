import type { Host } from "../host/host.js";

/** Questions every machine is asked for the record, by the name of the answer. */
const questions: Readonly<Record<string, readonly [string, ...string[]]>> = {
  kernel: ["uname", "-srvm"],
  bootId: ["cat", "/proc/sys/kernel/random/boot_id"],
  cpuModel: ["sh", "-c", "grep -m 1 'model name' /proc/cpuinfo | cut -d: -f2"],
  cpus: ["grep", "-c", "^processor", "/proc/cpuinfo"],
  memoryKib: ["sh", "-c", "grep MemTotal /proc/meminfo | tr -dc 0-9"],
  clockSource: ["cat", "/sys/devices/system/clocksource/clocksource0/current_clocksource"],
  kernelCommandLine: ["cat", "/proc/cmdline"],
  loadAverage: ["cat", "/proc/loadavg"],
};

/** Facts of a machine for the record; one that cannot be had says `unavailable: reason`. */
export async function machineFacts(host: Host): Promise<Record<string, string>> {
  const entries = await Promise.all(
    Object.entries(questions).map(async ([name, argv]) => {
      const { ok, stdout, stderr, exitCode } = await host.run({ argv }, { reject: false });
      const reason = stderr.trim() || `exit status ${exitCode}`;
      return [name, ok ? stdout.trim() : `unavailable: ${reason}`] as const;
    }),
  );
  return Object.fromEntries(entries);
}
