/** Cores that steps name as `cores:NAME`, placed on each host by its own topology. */
export interface ProfileCores {
  /** How many physical cores. */
  readonly count: number;
  /** NIC on whose NUMA node they are: its name or `link:NAME`. @default any node */
  readonly near?: string;
}

/** A step of a profile, as the file says it. */
export interface ProfileStep {
  /** Which kind: `offloads`. */
  readonly step: string;
  /** Names of hosts. @default all */
  readonly hosts?: readonly string[];
  /** Its other fields; NICs may be `link:NAME`, CPUs `cores:NAME`. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** A named list of steps, the same for hosts with other NICs and CPUs. */
export interface TuningProfile {
  readonly name: string;
  readonly cores: Readonly<Record<string, ProfileCores>>;
  readonly steps: readonly ProfileStep[];
}
