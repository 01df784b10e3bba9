import { foreignModulesText } from "./module-identity.js";

/**
 * Asks a machine what figures depend on, in one round trip and with few forks: emulated guests pay much for each. Fixed
 * text for any POSIX shell. An answer is its name and its lines between two separators no kernel prints.
 */
export const machineQuestion = String.raw`
exec 2>/dev/null
say() { printf '\036%s\037' "$1"; }
first() { text=; read -r text <"$1"; [ -z "$text" ] || printf '%s\n' "$text"; }
line() { say "$1"; first "$2"; }
cpu=/sys/devices/system/cpu
say kernel; uname -srvm
say distribution
while read -r text; do
  case $text in PRETTY_NAME=*) printf '%s\n' "$text" ;; esac
done </etc/os-release
say bootId; cat /proc/sys/kernel/random/boot_id
line kernelCommandLine /proc/cmdline
say cpuinfo
while read -r text && [ -n "$text" ]; do printf '%s\n' "$text"; done </proc/cpuinfo
say cpus; grep -c ^processor /proc/cpuinfo
line smt $cpu/smt/control
line numaNodes /sys/devices/system/node/online
line frequencyDriver $cpu/cpufreq/policy0/scaling_driver
say governor
for policy in $cpu/cpufreq/policy*; do first "$policy/scaling_governor"; done
line noTurbo $cpu/intel_pstate/no_turbo
line boost $cpu/cpufreq/boost
line idleDriver $cpu/cpuidle/current_driver
say mitigations
for one in $cpu/vulnerabilities/*; do
  text=; read -r text <"$one"; [ -z "$text" ] || printf '%s: %s\n' "$(basename "$one")" "$text"
done
line vendor /sys/class/dmi/id/sys_vendor
line product /sys/class/dmi/id/product_name
line firmware /sys/class/dmi/id/bios_version
say memory
while read -r name size rest; do
  case $name in MemTotal:) printf '%s\n' "$size"; break ;; esac
done </proc/meminfo
line transparentHugePages /sys/kernel/mm/transparent_hugepage/enabled
line clockSource /sys/devices/system/clocksource/clocksource0/current_clocksource
line loadAverage /proc/loadavg
say tainted; cat /proc/sys/kernel/tainted
say foreignModules
${foreignModulesText}
`;

/** The lines of each answer, by its name. */
export function readMachineAnswer(text: string): ReadonlyMap<string, readonly string[]> {
  const answers = text.split("\u001e").slice(1);
  return new Map(
    answers.map((answer) => {
      const [name = "", lines = ""] = answer.split("\u001f");
      return [name, lines.split("\n").filter((line) => line.trim() !== "")] as const;
    }),
  );
}
