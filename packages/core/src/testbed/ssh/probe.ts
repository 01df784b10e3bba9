import { hoststackError } from "../../errors/error.js";
import type { BatchCommand, BatchResult } from "../../host/batch.js";
import { canonicalAddress, type Interface, readInterfaces } from "./interfaces.js";

/** An RDMA device and the interface it works on. */
export interface RdmaPort {
  readonly device: string;
  /** As the kernel says it, e.g. `ACTIVE`. */
  readonly state: string;
  /** Absent for InfiniBand ports without an IP interface. */
  readonly nic?: string;
}

/** What the driver of an interface tells. */
interface Hardware {
  readonly speedBitsPerS?: number;
  readonly driver?: string;
  /** PCI or other bus address. */
  readonly bus?: string;
}

/** What a host answered when the testbed was opened. */
export interface HostProbe {
  readonly bootId: string;
  readonly hostname: string;
  readonly user: { readonly name: string; readonly root: boolean };
  /** The processor, or the firmware (ARM has no flag for it), says that it is a hypervisor's. */
  readonly virtual: boolean;
  readonly interfaces: readonly Interface[];
  readonly hardware: ReadonlyMap<string, Hardware>;
  readonly rdma: readonly RdmaPort[];
  /** Interfaces the default routes leave by. */
  readonly defaultRouteNics: readonly string[];
  /** Interfaces the SSH session comes in and answers by; none when it does not come by network. */
  readonly sshNics: readonly string[];
  /** The session could be told; without that, `sshNics` says nothing. */
  readonly sshTold: boolean;
}

/**
 * SSH_CONNECTION is looked for upwards from the shell: sudo clears the environment of what it starts.
 */
const factScript = `
echo "bootId $(cat /proc/sys/kernel/random/boot_id)"
echo "hostname $(uname -n)"
echo "user $(id -un 2>/dev/null || echo unknown)"
echo "uid $(id -u)"
{ grep -qw hypervisor /proc/cpuinfo ||
  grep -qiE 'qemu|kvm|vmware|virtualbox|virtual machine|bochs|dummy-virt' /sys/class/dmi/id/sys_vendor \\
    /sys/class/dmi/id/product_name /proc/device-tree/compatible 2>/dev/null
} && echo "virtual yes"
p=$$
while [ "$p" -gt 1 ] && [ -r "/proc/$p/environ" ]; do
  ssh=$(tr '\\000' '\\n' <"/proc/$p/environ" | sed -n 's/^SSH_CONNECTION=//p')
  [ -n "$ssh" ] && break
  p=$(sed -n 's/^PPid:[^0-9]*//p' "/proc/$p/status")
done 2>/dev/null
[ -n "$ssh" ] || exit 0
set -- $ssh
echo "sshAddress $3"
echo "sshRoute $(ip -o route get "$1" 2>/dev/null)"
`;

const hardwareScript = `
cd /sys/class/net || exit 0
for name in *; do
  speed=$(cat "$name/speed" 2>/dev/null) driver= bus=
  [ -e "$name/device/driver" ] && driver=$(basename "$(readlink -f "$name/device/driver")")
  [ -e "$name/device" ] && bus=$(basename "$(readlink -f "$name/device")")
  echo "$name \${speed:--} \${driver:--} \${bus:--}"
done
`;

const rdmaScript = `
cd /sys/class/infiniband 2>/dev/null || exit 0
for port in */ports/*; do
  [ -r "$port/state" ] || continue
  nic=$(cat "$port"/gid_attrs/ndevs/* 2>/dev/null | head -n 1)
  [ -n "$nic" ] || nic=$(ls "\${port%%/*}/device/net" 2>/dev/null | head -n 1)
  echo "\${port%%/*} $(cut -d ' ' -f 2 "$port/state") \${nic:--}"
done
`;

/** Everything a host is asked when a testbed is opened, in one exchange. */
export const probeCommands: readonly BatchCommand[] = [
  { argv: ["sh", "-c", factScript] },
  { argv: ["ip", "-o", "link", "show"] },
  { argv: ["ip", "-o", "addr", "show"] },
  { argv: ["ip", "route", "show", "default"] },
  { argv: ["ip", "-6", "route", "show", "default"] },
  { argv: ["sh", "-c", hardwareScript] },
  { argv: ["sh", "-c", rdmaScript] },
];

const devicesIn = (routes: string): string[] => [
  ...new Set([...routes.matchAll(/\bdev (\S+)/g)].map(([, name = ""]) => name)),
];

const rows = (text: string): string[][] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(" "));

function readHardware(text: string): Map<string, Hardware> {
  return new Map(
    rows(text).map(([name = "", speed = "-", driver = "-", bus = "-"]) => {
      // -1 is what drivers say that do not know
      const speedMbit = /^[1-9]\d*$/.test(speed) ? Number(speed) : undefined;
      const hardware: Hardware = {
        ...(speedMbit === undefined ? {} : { speedBitsPerS: speedMbit * 1e6 }),
        ...(driver === "-" ? {} : { driver }),
        ...(bus === "-" ? {} : { bus }),
      };
      return [name, hardware] as const;
    }),
  );
}

const readRdma = (text: string): RdmaPort[] =>
  rows(text).map(([device = "", state = "", nic = "-"]) => ({
    device,
    state,
    ...(nic === "-" ? {} : { nic }),
  }));

const readFacts = (text: string): Map<string, string> =>
  new Map(rows(text).map(([name = "", ...words]) => [name, words.join(" ")]));

function sshNics(facts: ReadonlyMap<string, string>, interfaces: readonly Interface[]): string[] {
  const address = canonicalAddress(facts.get("sshAddress") ?? "");
  const holders = interfaces.filter((one) => one.addresses.map(canonicalAddress).includes(address));
  const names = [...holders.map(({ name }) => name), ...devicesIn(facts.get("sshRoute") ?? "")];
  return [...new Set(names)].filter((name) => name !== "lo");
}

/**
 * Reads the answers to `probeCommands`. Throws TOOL_MISSING without `ip`, CAPABILITY_MISSING when the
 * host is not a Linux machine.
 */
export function readProbe(host: string, answers: readonly BatchResult[]): HostProbe {
  const [facts, link, addr, route4, route6, hardware, rdma] = answers.map(({ stdout }) => stdout);
  if (answers[1]?.exitCode !== 0) {
    throw hoststackError("TOOL_MISSING", `${host} has no ip`, {
      remedy: "install it there, on Debian with: apt-get install iproute2",
      details: { host, programs: ["ip"] },
    });
  }
  const told = readFacts(facts ?? "");
  const bootId = told.get("bootId") ?? "";
  if (bootId === "") {
    throw hoststackError("CAPABILITY_MISSING", `${host} does not tell its boot id`, {
      remedy: "hosts must run Linux, with /proc mounted",
      details: { host },
    });
  }
  const interfaces = readInterfaces(link ?? "", addr ?? "");
  return {
    bootId,
    hostname: told.get("hostname") ?? host,
    user: { name: told.get("user") ?? "unknown", root: told.get("uid") === "0" },
    virtual: told.has("virtual"),
    interfaces,
    hardware: readHardware(hardware ?? ""),
    rdma: readRdma(rdma ?? ""),
    defaultRouteNics: devicesIn(`${route4}\n${route6}`),
    sshNics: sshNics(told, interfaces),
    sshTold: told.has("sshAddress"),
  };
}
