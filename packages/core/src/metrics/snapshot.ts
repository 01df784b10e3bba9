/** `full`: everything; `tick`: CPU times and NICs; `clock`: the host's clock alone, without a fork. */
export type SnapshotKind = "full" | "tick" | "clock";

/** Throttle counters, governors, frequency limits and turbo of CPUs, where the kernel has them. */
const speedFiles = [
  "/sys/devices/system/cpu/cpu[0-9]*/thermal_throttle/*_throttle_count",
  "/sys/devices/system/cpu/cpufreq/policy*/scaling_governor",
  "/sys/devices/system/cpu/cpufreq/policy*/scaling_max_freq",
  "/sys/devices/system/cpu/cpufreq/boost",
  "/sys/devices/system/cpu/intel_pstate/no_turbo",
].join(" ");

/** What ports of RDMA cards have received, and of RDMA in software (rdma_rxe), which has no such file. */
const rdmaReceived = ["counters/port_rcv_data", "hw_counters/rcvd_pkts"]
  .map((name) => `/sys/class/infiniband/*/ports/*/${name}`)
  .join(" ");

/**
 * The sampler's program for the host: POSIX sh and `grep`, nothing else. It takes a snapshot when a
 * line arrives on standard input and ends with it, so a lost controller leaves nothing running.
 * `grep` over several files prints `path:line`, one process for a whole snapshot; `-s` passes over
 * files that cannot be read. The host's clock is read twice: by the shell itself, before anything is
 * forked, to compare clocks; and by `grep`, next to the CPU times, to say when those were read. The
 * patterns of a tick leave out the long line of interrupts, and all else of /proc/stat but CPU times.
 */
export const samplerScript = [
  "while read -r kind token; do",
  "  read -r uptime rest </proc/uptime",
  '  printf "snapshot %s %s %s\\n" "$token" "$kind" "$uptime"',
  '  case "$kind" in',
  "  clock) ;;",
  "  tick) grep -s -e '^[0-9]' -e '^cpu' -e '[:|]' /proc/uptime /proc/stat /proc/net/dev \\",
  `       ${rdmaReceived} ;;`,
  "  *) grep -s '' /proc/uptime /proc/stat /proc/net/snmp /proc/net/netstat /proc/net/dev \\",
  "       /sys/class/infiniband/*/ports/*/hw_counters/* \\",
  `       /proc/[0-9]*/stat ${speedFiles} ;;`,
  "  esac",
  '  printf "end %s\\n" "$token"',
  "done",
].join("\n");

const snapshotLine = /^snapshot (\S+) (full|tick|clock) (\d+\.\d+)$/;

/** What one snapshot holds: file contents by path. */
export interface Snapshot {
  readonly token: string;
  readonly kind: SnapshotKind;
  /** The host's clock when its shell took up the question (/proc/uptime, 10 ms resolution), in s. */
  readonly uptimeS: number;
  readonly files: ReadonlyMap<string, string>;
}

/** Assembles snapshots from the sampler's lines; calls back once a snapshot is complete. */
export function snapshotReader(onSnapshot: (snapshot: Snapshot) => void): (line: string) => void {
  let open: (Snapshot & { files: Map<string, string> }) | undefined;
  return (line) => {
    const begin = snapshotLine.exec(line);
    if (begin) {
      open = {
        token: begin[1] ?? "",
        kind: begin[2] as SnapshotKind,
        uptimeS: Number(begin[3]),
        files: new Map(),
      };
      return;
    }
    if (open === undefined) return;
    if (line === `end ${open.token}`) {
      onSnapshot(open);
      open = undefined;
      return;
    }
    const colon = line.indexOf(":");
    if (colon < 0) return;
    const path = line.slice(0, colon);
    const before = open.files.get(path);
    const text = line.slice(colon + 1);
    open.files.set(path, before === undefined ? text : `${before}\n${text}`);
  };
}
