import { afterAll, beforeAll } from "vitest";
import type { Host } from "../../src/host/host.js";
import type { Step } from "../../src/plan/step.js";
import type { DataCard } from "../../src/testbed/vm/data-card.js";
import { openVmTestbed, type VmTestbed } from "../../src/testbed/vm/open-vm-testbed.js";
import { decideOn, type StepCase } from "../../src/testing/step-contract.js";

/** A guest of a pair whose data link has a card, there once the tests run. */
export interface CardGuest {
  readonly host: () => Host;
  readonly testbed: () => VmTestbed;
  /** What a script prints. */
  readonly output: (script: string) => Promise<string>;
  /** All that steps about the card may touch, once its link is up. */
  readonly surroundings: () => Promise<string>;
  readonly caseOf: (step: Step) => Promise<StepCase>;
  readonly decisionOn: (step: Step) => ReturnType<typeof decision>;
}

const show = `
tries=0
until [ "$(cat /sys/class/net/lab0/carrier 2>/dev/null)" = 1 ] || [ $tries -ge 100 ]; do
  tries=$((tries + 1)); sleep 0.1
done
for flag in k g c a l x; do ethtool -$flag lab0; done; ethtool -n lab0 rx-flow-hash udp4
ip -o link show lab0; ip -o addr show lab0; cat /sys/class/net/lab0/queues/*/*ps_cpus
`;

/** Opens the pair before the tests of a file and closes it after them. */
export function cardGuest(
  dataCard: DataCard,
  modules: readonly string[] = [],
  { iommu = false } = {},
): CardGuest {
  let testbed: VmTestbed | undefined;
  beforeAll(async () => {
    const recipe = {
      packages: ["kmod"],
      modules,
      kernel: "linux-image-amd64",
      ...{ memoryMib: 256, cpus: 2, linkMtuBytes: 1500 },
      ...{ dataCard, iommu },
      bringUp: [{ argv: ["depmod"] }],
      capabilities: [],
    } as const;
    testbed = await openVmTestbed({ recipe, hosts: ["client", "server"] });
  }, 300_000);
  afterAll(() => testbed?.[Symbol.asyncDispose]());

  const opened = () => {
    if (testbed === undefined) throw new Error("the guests are not there");
    return testbed;
  };
  const host = () => opened().hosts[0] as Host;
  const output = async (script: string) => {
    const [result] = await host().batch([{ argv: ["sh", "-c", script] }]);
    return result?.stdout ?? "";
  };
  // Interfaces are numbered anew, and flags follow the link a moment later.
  const surroundings = async () =>
    (await output(show)).replaceAll(/<\S*>|^\d+: |qdisc .*|valid_lft .*| tentative/gm, "");
  return {
    host,
    testbed: opened,
    output,
    surroundings,
    caseOf: async (step) => ({
      host: host(),
      step,
      words: ["lab0", "uio_pci_generic", "vfio-pci"],
      savedDirectory: "/nowhere",
      surroundings,
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
    decisionOn: (step) => decision(host(), step),
  };
}

async function decision(host: Host, step: Step) {
  return (await decideOn({ host, step, savedDirectory: "/nowhere" })).decision;
}
