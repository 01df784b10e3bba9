import { existsSync } from "node:fs";
import { type Host, openTestbed } from "@hoststack/core";
import { beforeAll, describe, expect, test } from "vitest";
import { tcpStreamArgv } from "../../src/devmem/flow-sets/argv.js";
import { planFlowSets } from "../../src/devmem/flow-sets/plan.js";
import { validationLogParser } from "../../src/devmem/validation/log.js";
import { validationVerdict } from "../../src/devmem/validation/verdict.js";
import { openCardHost } from "../support/gve-card.js";
import { neperMirror, noMirror } from "../support/neper-mirror.js";
import { tcpdProgram } from "../support/tcpd-program.js";

const mirror = neperMirror();

let program: string;
beforeAll(async () => {
  if (mirror !== undefined) program = await tcpdProgram();
});

/** A host with its data NIC. */
interface Placed {
  readonly host: Host;
  readonly nic: string;
  readonly address: string;
}

function hostsOf(
  testbed: Awaited<ReturnType<typeof openTestbed>>,
): Record<"client" | "server", Placed> {
  const placed = (name: string): Placed => {
    const host = testbed.hosts.find((one) => one.name === name);
    const end = testbed.links[0].ends.find((one) => one.host === name);
    if (host === undefined || end === undefined) throw new Error(`no ${name}`);
    return { host, nic: end.nic, address: end.addresses[0] };
  };
  return { client: placed("client"), server: placed("server") };
}

/** Runs a receiver of device memory on a NIC, as its flow set says. */
async function receive({ host, nic }: Pick<Placed, "host" | "nic">) {
  const end = (address: string) => ({
    ...{ nic, address, cpus: [0], nicPciAddress: "0000:06:00.0" },
  });
  const options = { mode: "udmabuf", flows: 1, physLenBytes: 67_108_864 } as const;
  const pairs = [{ server: end("192.168.1.26"), client: end("192.168.1.23") }];
  const [set] = planFlowSets(options, pairs);
  if (set === undefined) throw new Error("no flow set");
  const more = ["--logtostderr", "--suicide-length", "5"];
  const argv = [...tcpStreamArgv(set, "server", program), ...more] as const;
  return await host.run({ argv: argv as [string, ...string[]] }, { reject: false });
}

describe.skipIf(mirror === undefined)(mirror === undefined ? noMirror : "tcpd as it runs", () => {
  test("on a virtual NIC the receiver ends at its reset; on a card, where there is no udmabuf", async () => {
    await using testbed = await openTestbed({ kind: "netns", hosts: ["client", "server"] });
    const { server } = hostsOf(testbed);
    const onVeth = await receive(server);
    expect(onVeth.exitCode).toBe(1);
    expect(onVeth.stderr).toContain("TCPDEVMEM driver reset failed");
    await using card = await openCardHost();
    const onCard = await receive(card);
    expect(onCard.exitCode).toBe(1);
    expect(await card.state()).toContain("enable-max-rx-buffer-size on\n");
    if (existsSync("/dev/udmabuf")) return;
    expect(onCard.stderr).toContain("no-udmabuf: Unable to access DMA buffer device file");
    const log = validationLogParser.parse(onCard.stderr);
    const received = { completed: false, bitsPerS: 0, seconds: 0, log };
    const options = { mode: "udmabuf", validate: true, bufferSizeBytes: 4096, flows: 1 } as const;
    expect(validationVerdict({ ...received, options }).text).toBe("not checked in this mode");
  });

  test("moves data over plain TCP as its flow set says", async () => {
    await using testbed = await openTestbed({ kind: "netns", hosts: ["client", "server"] });
    const { server, client } = hostsOf(testbed);
    const end = ({ nic, address }: typeof server) => ({ nic, address, cpus: [0, 1] });
    const options = { mode: "default", flows: 2, lengthS: 1, bufferSizeBytes: 65_536 } as const;
    const pairs = [{ server: end(server), client: end(client) }];
    const [set] = planFlowSets(options, pairs);
    if (set === undefined) throw new Error("no flow set");
    const more = ["--logtostderr", "--suicide-length", "20"];
    const [receiver, sender] = await Promise.all([
      server.host.run({ argv: [...tcpStreamArgv(set, "server", program), ...more] }),
      client.host.run({ argv: [...tcpStreamArgv(set, "client", program), ...more] }),
    ]);
    const rate = Number(/^local_throughput=(\d+)$/m.exec(receiver.stdout)?.[1]);
    expect(rate).toBeGreaterThan(1e6);
    expect(sender.stdout).toContain(`remote_throughput=${rate}\n`);
    expect(receiver.stdout).toContain("num_flows=2\n");
  });
});
