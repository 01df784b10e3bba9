/** Resource limits of one process and all it starts; soft and hard limit are the same. */
export interface ProcessLimits {
  /** Memory it may lock, as RDMA and DPDK do. @default the host's own limit */
  readonly memlockBytes?: number | "unlimited";
  /** Files and sockets it may have open. @default the host's own limit */
  readonly openFiles?: number;
  /** Largest core file. @default the host's own limit */
  readonly coreBytes?: number | "unlimited";
}

/** By limit: the flag of prlimit, and the line of /proc/PID/limits. */
const names = {
  memlockBytes: ["--memlock", "Max locked memory"],
  openFiles: ["--nofile", "Max open files"],
  coreBytes: ["--core", "Max core file size"],
} as const satisfies Record<keyof ProcessLimits, readonly [flag: string, line: string]>;

const given = (limits: ProcessLimits) =>
  (Object.keys(names) as (keyof ProcessLimits)[]).flatMap((name) => {
    const value = limits[name];
    return value === undefined ? [] : [{ name, value: String(value) }];
  });

/**
 * The argv that starts a program under limits, by util-linux's `prlimit`: a shell's `ulimit` counts in
 * units that differ between shells. Raising a hard limit needs root; prlimit says so and ends.
 */
export function limitedArgv(argv: readonly string[], limits: ProcessLimits): readonly string[] {
  const flags = given(limits).map(({ name, value }) => `${names[name][0]}=${value}`);
  return flags.length === 0 ? argv : ["prlimit", ...flags, "--", ...argv];
}

/** What a process's /proc/PID/limits says otherwise than wanted, in words; undefined when nothing. */
export function limitDifference(text: string, limits: ProcessLimits): string | undefined {
  for (const { name, value } of given(limits)) {
    const line = text.split("\n").find((one) => one.startsWith(names[name][1])) ?? "";
    const [soft, hard] = line.slice(names[name][1].length).trim().split(/\s+/);
    if (soft === value && hard === value) continue;
    return `its ${name} is ${soft || "unknown"} (hard limit ${hard ?? "unknown"}), not ${value}`;
  }
  return undefined;
}
