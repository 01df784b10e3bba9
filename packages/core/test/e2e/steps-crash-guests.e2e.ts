import { afterAll, beforeAll, describe, expect } from "vitest";
import { openVmTestbed, type VmTestbed } from "../../src/testbed/vm/open-vm-testbed.js";
import type { ProfileStep } from "../../src/tuning/profile.js";
import { cardGuest } from "../support/card-guest.js";
import { type CrashCase, crashContract } from "../support/crash-contract.js";
import { crashCase } from "../support/crash-guest.js";
import { tuningGuest } from "../support/step-guest.js";

const nic = "lab0";

/** The first guest of a pair. */
function caseOf(testbed: VmTestbed | undefined, surroundings: () => Promise<string>): CrashCase {
  const [host] = testbed?.hosts ?? [];
  const [login] = testbed?.logins ?? [];
  return crashCase({
    host,
    login: login && { ...login, hostKeys: [login.hostKey] },
    surroundings,
  });
}

/** All that the steps below may touch, but for modules of congestion control and qdiscs, which stay. */
const show = `
tries=0
until [ "$(cat /sys/class/net/lab0/carrier 2>/dev/null)" = 1 ] || [ $tries -ge 100 ]; do
  tries=$((tries + 1)); sleep 0.1
done
ethtool -k lab0; ethtool -g lab0; tc qdisc show dev lab0; ip -d -o link show lab0
ip -o addr show lab0
cat /sys/class/net/lab0/queues/rx-0/rps_* /proc/sys/net/core/rps_sock_flow_entries
cat /proc/sys/net/ipv4/tcp_congestion_control /proc/sys/net/core/rmem_max
cat /sys/devices/system/node/node0/hugepages/*/nr_hugepages
cat /sys/kernel/mm/transparent_hugepage/enabled
cut -d ' ' -f 1 /proc/modules | grep -E '^(sch_netem|crc32_generic|rdma_rxe|ib_|.*udp_tunnel)' | sort
cat "/proc/$(cat /run/balance.pid)/comm"; ls /run/hoststack-file /sys/class/infiniband
`;

describe("a guest with a virtio card", async () => {
  let testbed: VmTestbed | undefined;
  beforeAll(async () => {
    testbed = await openVmTestbed({ recipe: tuningGuest, hosts: ["client", "server"] });
  }, 300_000);
  afterAll(() => testbed?.[Symbol.asyncDispose]());

  const surroundings = async () => {
    const [shown] = (await testbed?.hosts[0]?.batch([{ argv: ["sh", "-c", show] }])) ?? [];
    return (shown?.stdout ?? "").replaceAll(/<\S*>|valid_lft .*| tentative/g, "");
  };
  const flows = {
    step: "receive-flow-steering",
    options: { nic, entries: 1024, flowCount: 512 },
  };
  const rxe: readonly ProfileStep[] = [
    { step: "module", options: { name: "crc32_generic" } },
    { step: "module", options: { name: "rdma_rxe" } },
  ];
  for (const [steps, at] of [
    [[{ step: "mtu", options: { nic, mtuBytes: 1400 } }], 0],
    [[{ step: "up", options: { nic, up: false } }], 0],
    [[{ step: "address", options: { nic, address: "10.9.8.7/31" } }], 0],
    [[{ step: "rings", options: { nic, rx: 128 } }], 0],
    [[{ step: "offloads", options: { nic, gro: false } }], 0],
    [[{ step: "qdisc", options: { nic, kind: "fq", options: ["limit", "500"] } }], 0],
    [[{ step: "gso-max-size", options: { nic, bytes: 9000 } }], 0],
    [[{ step: "queue-steering", options: { nic, rps: { all: [0, 1] } } }], 0],
    [[flows], 0],
    [[flows], 1],
    [[{ step: "congestion-control", options: { algorithm: "bbr" } }], 0],
    [[{ step: "sysctl", options: { key: "net.core.rmem_max", value: 4_000_000 } }], 0],
    [[{ step: "module", options: { name: "sch_netem" } }], 0],
    [[{ step: "irqbalance-stopped", options: {} }], 0],
    [[{ step: "huge-pages", options: { pages: 2 } }], 0],
    [[{ step: "transparent-huge-pages", options: { enabled: "madvise" } }], 0],
    [[{ step: "file", options: { path: "/run/hoststack-file", content: "kept\n" } }], 0],
    [[...rxe, { step: "soft-roce", options: { nic } }], 2],
  ] as const) {
    await crashContract(steps, at, async () => caseOf(testbed, surroundings));
  }
});

describe("an e1000 of a guest", async () => {
  const driver = "uio_pci_generic";
  // the place on the bus is that of every such guest; steps are named before there is one
  const device = "0000:00:02.0";
  const card = cardGuest("e1000", [driver]);
  beforeAll(async () => {
    await card.output(`modprobe ${driver}`);
    expect(await card.output("readlink /sys/class/net/lab0/device")).toMatch(`/${device}\n`);
  });

  for (const step of [
    { step: "offloads", options: { nic, rx: true, tx: false, tso: false, gso: false, gro: false } },
    { step: "rings", options: { nic, rx: 512, tx: 128 } },
    { step: "mtu", options: { nic, mtuBytes: 9000 } },
    { step: "coalescing", options: { nic, rxUsecs: 100 } },
    { step: "pause", options: { nic, autonegotiate: false, rx: false, tx: true } },
    { step: "up", options: { nic, up: false } },
    { step: "device-driver", options: { device, driver } },
  ]) {
    await crashContract([step], 0, async () => caseOf(card.testbed(), card.surroundings));
  }
});

describe("a virtio card with RSS of a guest", async () => {
  const card = cardGuest("virtio-net-rss");
  const hashKey = Array.from({ length: 40 }, (_, at) => (at + 16).toString(16)).join(":");

  for (const step of [
    { step: "rss", options: { nic, hashKey } },
    { step: "flow-hash", options: { nic, fields: { udp4: "sd", tcp6: "sd" } } },
    { step: "irq-affinity", options: { nic, cpus: [1] } },
  ]) {
    await crashContract([step], 0, async () => caseOf(card.testbed(), card.surroundings));
  }
});

describe("an e1000 behind an IOMMU of a guest", async () => {
  const driver = "vfio-pci";
  const device = "0000:00:02.0";
  const card = cardGuest("e1000", [driver], { iommu: true });
  beforeAll(async () => {
    await card.output(`modprobe ${driver}`);
    expect(await card.output("readlink /sys/class/net/lab0/device")).toMatch(`/${device}\n`);
  });

  await crashContract([{ step: "device-driver", options: { device, driver } }], 0, async () =>
    caseOf(card.testbed(), card.surroundings),
  );
});
