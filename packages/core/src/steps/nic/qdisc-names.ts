/** A root qdisc as `tc qdisc show` prints it. */
export interface RootQdisc {
  readonly kind: string;
  /** Major number in hexadecimal; 0 where the kernel gave it by itself. */
  readonly handle: string;
  /** Kinds on the queues of `mq`, each once. */
  readonly leaves: string;
}

/** Reads the state: `KIND HANDLE: LEAVES`; undefined when it is none. */
export function parseRoot(text: string): RootQdisc | undefined {
  const [, kind, handle, leaves] = /^(\S+) ([0-9a-f]+): ?(\S*)$/.exec(text) ?? [];
  if (kind === undefined || handle === undefined || leaves === undefined) return undefined;
  return { kind, handle, leaves };
}

/** A qdisc to have. */
export interface WantedQdisc {
  readonly kind: string;
  /** As tc(8) takes them. */
  readonly options: readonly string[];
  readonly leaf?: string | undefined;
}

/**
 * A handle of our own that tells kind and options: tc prints options in other units than it takes, and
 * defaults beside, so they cannot be compared. The kernel's own handles begin at 8001.
 */
export function handleOf({ kind, options, leaf = "" }: WantedQdisc): string {
  let hash = 0x811c9dc5;
  for (const character of [kind, ...options, "|", leaf].join(" ")) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return (0x4000 + ((hash ^ (hash >>> 16)) & 0x3fff)).toString(16);
}

/**
 * How `tc qdisc replace ... root` makes a root qdisc that somebody configured again; undefined where what
 * tc prints is not enough, as with classes, filters and most options.
 */
export function remake(root: RootQdisc, shown: string): readonly string[] | undefined {
  const lines = shown.split("\n").filter(Boolean);
  const configured = lines.filter((line) => !/^qdisc \S+ 0: /.test(line));
  if (configured.length > 1) return undefined;
  const line = configured[0] ?? "";
  const make = ["handle", `${root.handle}:`, root.kind];
  if (root.kind === "noqueue" || root.kind === "mq") return make;
  if (root.kind === "pfifo_fast") return make;
  const [, limit] = / limit (\d+)[pb]\s*$/.exec(line) ?? [];
  if (limit === undefined || (root.kind !== "pfifo" && root.kind !== "bfifo")) return undefined;
  return [...make, "limit", limit];
}
