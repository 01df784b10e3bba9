import type { BatchCommand } from "../host/batch.js";

/**
 * Tells how busy a machine is, over one second: load, CPU time of all processes before and after,
 * frequency governors and throttle counters where the kernel has them. Fixed text for any POSIX shell;
 * the snapshots start no process for each process seen.
 */
const script = `
snapshot() {
  read -r line </proc/stat && echo "$1 total $line"
  for stat in /proc/[0-9]*/stat; do
    read -r line <"$stat" && echo "$1 process $line"
  done
  for count in /sys/devices/system/cpu/cpu[0-9]*/thermal_throttle/core_throttle_count; do
    read -r line <"$count" && echo "$1 throttle $line"
  done
}
echo "cpus $(grep -c ^processor /proc/cpuinfo)"
echo "load $(cat /proc/loadavg)"
echo "own $(id -u) $$"
for policy in /sys/devices/system/cpu/cpufreq/policy*; do
  read -r line <"$policy/scaling_governor" && echo "governor $line"
done
snapshot before
sleep 1
snapshot after
ls -ldn /proc/[0-9]* | while read -r mode links user rest; do echo "owner $user \${rest##*/}"; done
cut -d : -f 1,3 /etc/passwd | while IFS=: read -r name user; do echo "user $user $name"; done
`;

/** The command; processes that ended meanwhile and files that are not there say so on its stderr. */
export const busyQuestion: BatchCommand = { argv: ["sh", "-c", script] };
