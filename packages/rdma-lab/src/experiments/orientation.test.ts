import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { judge, processesOf } from "../../test/support/judge.js";
import { orientation } from "./orientation.js";

/** What the script printed in a guest with SoftRoCE on the NIC lab0. */
const recorded = readFileSync(
  new URL("../../test/fixtures/orientation-guest.txt", import.meta.url),
  "utf8",
);

const ping = (received: number) => `PING 10.77.0.2 (10.77.0.2) 56(84) bytes of data.

--- 10.77.0.2 ping statistics ---
11 packets transmitted, ${received} received, 0% packet loss, time 2043ms
rtt min/avg/max/mdev = 0.041/0.062/0.094/0.014 ms
`;

const judged = (client: string, received = 11) =>
  judge(orientation, {
    options: {},
    texts: {
      client: { stdout: ping(received) },
      "look-client": { stdout: client },
      "look-server": { stdout: recorded.replace("== asked\nclient", "== asked\nserver") },
    },
  });

type Orientation = Awaited<ReturnType<typeof orientation.parse>>;
const answers = ({ answers: all }: Orientation, host: string) =>
  all.filter((one) => one.host === host).map(({ answer }) => answer);

/** The recording with the text of some parts replaced. */
const withParts = (parts: Readonly<Record<string, string>>) =>
  Object.entries(parts).reduce(
    (text, [name, part]) =>
      text.replace(new RegExp(`(== ${name}\n)[\\s\\S]*?(?=== )`), `$1${part}\n`),
    recorded,
  );

test("a guest answers the questions of exercise 1", async () => {
  const { found, result, samples } = await judged(recorded);
  expect(found).toEqual([]);
  const wanted = [
    "lab0 (connected, rxe0 ACTIVE)",
    "lab0: 10.0 Gbit/s (PCI 0000:00:02.0)",
    "1 processor, 4 cores, 4 hardware threads, memory in one piece (UMA)",
  ];
  expect(answers(result, "client")).toEqual(wanted);
  expect(answers(result, "server")).toEqual(wanted);
  expect(result.client.nics.find(({ name }: { name: string }) => name === "lab0")).toMatchObject({
    carrier: true,
    mtuBytes: 9000,
    rdma: { device: "rxe0", activeMtuBytes: 4096, linkLayer: "Ethernet" },
  });
  expect(samples.map(({ metric, value }) => [metric, value])).toEqual(
    expect.arrayContaining([
      ["roundTrip.mean", 0.000_062],
      ["client.linkSpeed", 1e10],
      ["server.physicalCores", 4],
    ]),
  );
});

test("a card with lanes on a node, and threads that share cores, are told as such", async () => {
  const cards = ["lab0\t1\t100000\t0000:3b:00.0\t1\t8\t16\t8.0 GT/s PCIe\t16.0 GT/s PCIe"];
  const cpus = Array.from({ length: 8 }, (_, cpu) => {
    const node = Number(cpu % 4 >= 2);
    return `${cpu},${cpu % 4},${node},${node},Y`;
  });
  const header = "# CPU,Core,Socket,Node,Online";
  const topology = [header, ...cpus].join("\n");
  const { result } = await judged(withParts({ nics: cards.join("\n"), topology }));
  expect(answers(result, "client").slice(1)).toEqual([
    "lab0: 100 Gbit/s (PCI 0000:3b:00.0 x8 of x16 at 8.0 GT/s PCIe, NUMA node 1)",
    "2 processors, 4 cores, 8 hardware threads, 2 NUMA nodes",
  ]);
  expect(result.client.cpus.nodes).toEqual([
    { node: 0, cpus: [0, 1, 4, 5] },
    { node: 1, cpus: [2, 3, 6, 7] },
  ]);
});

test("a port without a cable is no link to measure over", async () => {
  const cut = recorded.replace(/("ifname":"lab0","flags":\[)/, '$1"NO-CARRIER",');
  const { found, text, result } = await judged(cut);
  expect(found).toEqual(["invalid orientation.no-carrier"]);
  expect(text).toBe("lab0 of client is no carrier");
  expect(answers(result, "client")[0]).toBe("lab0 (no carrier, rxe0 ACTIVE)");
});

test("a host without RDMA says so, and one whose device is down is doubted", async () => {
  const none = await judged(withParts({ "rdma-link": "", devinfo: "" }));
  expect(answers(none.result, "client")[0]).toBe("none");
  expect(none.found).toEqual([]);
  const down = await judged(recorded.replace('"state":"ACTIVE"', '"state":"DOWN"'));
  expect(down.found).toEqual(["suspect orientation.rdma"]);
  expect(down.text).toBe("rxe0 on lab0 of client is DOWN, not ACTIVE");
});

test("a text that is cut and replies that are missing are told", async () => {
  await expect(judged(recorded.replace("== end", ""))).rejects.toThrow("it is cut");
  await expect(judged(withParts({ nics: "lab0\t1" }))).rejects.toThrow(
    "is not a network interface",
  );
  const { found, text } = await judged(recorded, 10);
  expect(found).toEqual(["suspect ping.loss"]);
  expect(text).toContain("10 of 11 echo requests");
});

test("both hosts are looked at while one asks the other over the link", async () => {
  const processes = await processesOf(orientation, { count: 6 });
  expect(processes.map(({ id, host }) => `${id} on ${host}`)).toEqual([
    "look-client on client",
    "look-server on server",
    "client on client",
  ]);
  expect(processes[0]?.argv.slice(-2)).toEqual(["client", "lab0"]);
  expect(processes[2]?.argv.join(" ")).toBe("ping -n -I lab0 -c 6 -i 0.2 10.77.0.2");
});
