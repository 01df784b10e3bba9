import type { Fact } from "@hoststack/core";
import { defineParser } from "@hoststack/tools";
import { z } from "zod";

/** What of a host and its cards decides whether dcPIM carries anything; what cannot be told is not there. */
export interface HostState {
  readonly kernel: string;
  /** Whether modules can be built against the running kernel there. */
  readonly headers: boolean;
  /** How DCCP was configured: `y`, `m` or `n`. */
  readonly dccp?: string;
  /** A module of dcPIM's name is loaded. */
  readonly loaded: boolean;
  /** Words of sshd's `ipqos`, which marks the packets of logins. */
  readonly sshdMarks: readonly string[];
  /** Programs that keep the clock. */
  readonly clockKeepers: readonly string[];
  /** Share of a second each CPU was busy, 0 to 1. */
  readonly busy: Readonly<Record<string, number>>;
  readonly nics: Readonly<Record<string, NicState>>;
}

/** A card's settings that matter; undefined where ethtool or ip do not tell. */
export interface NicState {
  readonly mtuBytes?: number;
  readonly gsoMaxBytes?: number;
  /** `on`, `off`, perhaps followed by `[fixed]`, by ethtool's names. */
  readonly features: Readonly<Record<string, string>>;
  readonly rules?: number;
  readonly rings?: number;
}

/** Prints lines of a word and values. */
const script = `
exec 2>/dev/null
export LC_ALL=C
release=$(uname -r)
echo "kernel $release"
[ -e "/lib/modules/$release/build/Makefile" ] && echo headers
dccp=$({ zcat /proc/config.gz; cat "/boot/config-$release" "/lib/modules/$release/config" "/lib/modules/$release/build/.config"; } |
  sed -n 's/^CONFIG_IP_DCCP=\\([ym]\\)$/\\1/p; s/^# CONFIG_IP_DCCP is not set$/n/p' | head -n 1)
[ -n "$dccp" ] || [ ! -d "/lib/modules/$release/kernel/net/dccp" ] || dccp=m
[ -z "$dccp" ] || echo "dccp $dccp"
[ -e /sys/module/dcpim_module ] && echo loaded
sshd=$(command -v sshd || echo /usr/sbin/sshd)
"$sshd" -T | sed -n 's/^ipqos /marks /p'
for name in chronyd ntpd systemd-timesyn ptp4l phc2sys; do
  ! grep -qx "$name" /proc/[0-9]*/comm || echo "keeper $name"
done
sed -n 's/^cpu\\([0-9]\\)/before \\1/p' /proc/stat
sleep 1
sed -n 's/^cpu\\([0-9]\\)/after \\1/p' /proc/stat
for path in /sys/class/net/*; do
  nic=\${path##*/}
  echo "mtu $nic $(cat "$path/mtu")"
  line=$(ip -d -o link show dev "$nic")
  case $line in *" gso_max_size "*) size=\${line#* gso_max_size }; echo "gso $nic \${size%% *}";; esac
  ethtool -k "$nic" | sed -n "s/^[ 	]*\\([a-z-]*\\): \\(o.*\\)/feature $nic \\1 \\2/p"
  ethtool -u "$nic" | sed -n "s/^\\([0-9]*\\) RX rings available.*/rings $nic \\1/p; s/^Total \\([0-9]*\\) rules.*/rules $nic \\1/p"
done
:
`;

type MutableNic = { -readonly [K in keyof NicState]: NicState[K] } & {
  features: Record<string, string>;
};

const count = z.int().min(0);
const nicSchema = z.object({
  mtuBytes: count.exactOptional(),
  gsoMaxBytes: count.exactOptional(),
  features: z.record(z.string(), z.string()),
  rules: count.exactOptional(),
  rings: count.exactOptional(),
});

/** Times of a line of /proc/stat: all of them, and those in which nothing was done (idle and waiting for disks). */
function times(values: readonly string[]): { readonly all: number; readonly idle: number } {
  // guest time is in user time already
  const numbers = values.slice(0, 8).map(Number);
  const all = numbers.reduce((sum, one) => sum + one, 0);
  return { all, idle: (numbers[3] ?? 0) + (numbers[4] ?? 0) };
}

function busyShares(lines: readonly (readonly string[])[]): Record<string, number> {
  const of = (word: string) =>
    new Map(lines.flatMap(([first, cpu = "", ...rest]) => (first === word ? [[cpu, rest]] : [])));
  const [before, after] = [of("before"), of("after")] as Map<string, string[]>[];
  const shares = [...(after ?? [])].flatMap(([cpu, values]) => {
    const [from, to] = [times(before?.get(cpu) ?? []), times(values)];
    const all = to.all - from.all;
    return all > 0 ? [[cpu, 1 - (to.idle - from.idle) / all] as const] : [];
  });
  return Object.fromEntries(shares);
}

function nicStates(lines: readonly (readonly string[])[]): Record<string, MutableNic> {
  const nics: Record<string, MutableNic> = {};
  const fields = { mtu: "mtuBytes", gso: "gsoMaxBytes", rules: "rules", rings: "rings" } as const;
  for (const [word = "", nic = "", ...rest] of lines) {
    const field = fields[word as keyof typeof fields];
    if (field === undefined && word !== "feature") continue;
    nics[nic] ??= { features: {} };
    if (field !== undefined) nics[nic][field] = Number(rest[0]);
    else nics[nic].features[rest[0] ?? ""] = rest.slice(1).join(" ");
  }
  return nics;
}

/** Reads what the question of {@link hostStateFact} prints. */
export const hostStateParser = defineParser<HostState>({
  name: "dcpim-host",
  version: 1,
  schema: z.object({
    ...{ kernel: z.string(), headers: z.boolean(), loaded: z.boolean() },
    dccp: z.string().exactOptional(),
    ...{ sshdMarks: z.array(z.string()), clockKeepers: z.array(z.string()) },
    busy: z.record(z.string(), z.number()),
    nics: z.record(z.string(), nicSchema),
  }),
  reader: () => {
    const lines: string[][] = [];
    return {
      line: (text) => void lines.push(text.split(" ")),
      end() {
        const of = (word: string) => lines.find(([first]) => first === word)?.slice(1);
        const dccp = of("dccp")?.[0];
        return {
          kernel: of("kernel")?.[0] ?? "",
          ...{ headers: of("headers") !== undefined, loaded: of("loaded") !== undefined },
          ...(dccp === undefined ? {} : { dccp }),
          sshdMarks: of("marks") ?? [],
          clockKeepers: lines.flatMap(([word, name = ""]) => (word === "keeper" ? [name] : [])),
          ...{ busy: busyShares(lines), nics: nicStates(lines) },
        };
      },
    };
  },
});

/** Asked for `doctor` and before a run; it takes a second, in which the CPUs are watched. */
export const hostStateFact: Fact<HostState> = {
  name: "dcpim-host",
  argv: ["sh", "-c", script],
  parser: hostStateParser,
};
