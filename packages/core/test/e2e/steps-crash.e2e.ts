import { afterAll, beforeAll, describe, vi } from "vitest";
import type { Host } from "../../src/host/host.js";
import { openNetnsTransport } from "../../src/host/netns.js";
import { openHost } from "../../src/host/open-host.js";
import { type Keeper, startKeeper } from "../../src/testbed/netns/keeper.js";
import { crashContract } from "../support/crash-contract.js";
import { temporaryDirectory } from "../support/step-hosts.js";

const show = "ip -o link show lab0; ethtool -k lab0; ethtool -l many0";

describe.skipIf(process.getuid?.() !== 0)("cards of a namespace", async () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let keeper: Keeper;
  let host: Host;
  beforeAll(async () => {
    directory = await temporaryDirectory();
    keeper = await startKeeper({ mtuBytes: 1500, userNamespace: false });
    const transport = openNetnsTransport({ name: "client", holderPid: keeper.hostPids[0] });
    host = openHost({ name: "client", machine: { id: "client" }, transport });
    const queues = ["numtxqueues", "4", "numrxqueues", "4"];
    const peer = ["type", "veth", "peer", "name", "many1", ...queues];
    await host.run({ argv: ["ip", "link", "add", "many0", ...queues, ...peer] });
  });
  afterAll(async () => {
    await host?.[Symbol.asyncDispose]();
    await keeper?.[Symbol.asyncDispose]();
    await directory?.[Symbol.asyncDispose]();
  });

  await crashContract(
    [
      { step: "mtu", options: { nic: "lab0", mtuBytes: 9000 } },
      { step: "offloads", options: { nic: "lab0", tso: false, gro: true, tx: false } },
      { step: "channels", options: { nic: "many0", rx: 2, tx: 3 } },
    ],
    1,
    async () => {
      vi.stubEnv("HOSTSTACK_STATE_DIRECTORY", `${directory.path}/state`);
      return {
        host,
        opening: `
          import { openNetnsTransport } from "#core/host/netns.ts";
          const transport = openNetnsTransport(options);`,
        options: { name: "client", holderPid: keeper.hostPids[0] },
        directory: directory.path,
        surroundings: async () =>
          (await host.run({ argv: ["sh", "-c", show] })).stdout.replaceAll(/<\S*>/g, ""),
        leaseMs: 2000,
      };
    },
  );
});
