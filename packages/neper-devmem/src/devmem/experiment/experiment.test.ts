import { readFileSync } from "node:fs";
import type { CheckContext, RoleEnds, RoleView } from "@hoststack/core";
import { describe, expect, test } from "vitest";
import { outputsOf } from "../../../test/support/texts.js";
import { devmemFactsParser } from "../discovery/parser.js";
import { tcpdBuilds } from "../legacy/chosen-build.js";
import { discoveryFacts } from "./ends.js";
import { kperfStream } from "./kperf-stream.js";
import { kperfChoice, type TcpdChoice, tcpdChoice } from "./options.js";
import { judgeNics } from "./requirements.js";
import { tcpdStream, tcpdStreamA3High } from "./tcpd-stream.js";

const text = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

const links = (count: number): readonly RoleEnds[] =>
  Array.from({ length: count }, (_, index) => {
    const end = (host: string, last: number) => ({
      ...{ host, nic: `eth${index + 1}` },
      addresses: [`192.168.${index + 1}.${last}`] as [string],
    });
    const [server, client] = [end("rx", 26), end("tx", 23)];
    const link = { name: `l${index}`, mtuBytes: 8244, ends: [client, server] as const };
    return { server, client, link };
  });

const chosenWith = (given: Partial<TcpdChoice>) => tcpdChoice.parse(given);

function contextWith<F>(given: Partial<TcpdChoice>, facts: F) {
  const options = chosenWith(given);
  const all = links(options.links);
  const [first] = all;
  if (first === undefined) throw new Error("no link");
  const view = (host: string): RoleView<never> =>
    ({ host, nic: "eth1", address: "", facts }) as RoleView<never>;
  const [client, server] = [view("tx"), view("rx")];
  return {
    ...{ options, links: all, link: first.link, port: 20_000 },
    ...{ client, server, clients: [client], servers: [server] },
  };
}

test("commands of a known machine follow from options and addresses alone", () => {
  expect(tcpdStreamA3High.facts).toBeUndefined();
  const context = contextWith({ links: 2, programs: "/opt" }, {});
  const specs = tcpdStreamA3High.processes(context);
  expect(specs.map(({ id, host, after = [] }) => [id, host, after.join()])).toEqual([
    ["server-1", "rx", ""],
    ["server-2", "rx", ""],
    ["client-1", "tx", "server-1,server-2"],
    ["client-2", "tx", "server-1,server-2"],
  ]);
  const [, server, , client] = specs;
  expect(client?.argv.join(" ")).toBe(
    "env CUDA_VISIBLE_DEVICES=2 taskset --cpu-list 4-5 /opt/tcp_stream -T 2 -F 2 --port 20004 " +
      "--source-port 20004 --control-port 20001 --buffer-size 409600 -l 10 --num-ports 2 " +
      "--tcpd-phys-len 2147483648 --tcpd-nic-pci-addr 0000:0c:00.0 --tcpd-gpu-pci-addr 0000:0a:00.0 " +
      "-c -H 192.168.2.26 --logtostderr --suicide-length 80",
  );
  expect(server?.argv.slice(0, 2)).toEqual(["sh", "-c"]);
  expect(server?.argv[4]).toContain("ethtool -K eth2 ntuple on");
  expect(server?.argv.slice(5).join(" ")).toContain(
    "--tcpd-link-name eth2 --tcpd-src-ip 192.168.2.23",
  );
  expect(server?.ready).toEqual({ kind: "listening", protocol: "tcp", port: 20_001 });
});

test("ports are upstream's where they are asked for", () => {
  const asked = { port: 12_345, controlPort: 12_866, flows: 1, queueCount: 1 };
  const [, client] = tcpdStreamA3High.processes(contextWith(asked, {}));
  expect(client?.argv.join(" ")).toContain(
    "-T 1 -F 1 --port 12345 --source-port 12345 --control-port 12866 --buffer-size 409600 -l 10",
  );
  const meeting = contextWith({ ...asked, controlPort: 12_345 }, {});
  expect(() => tcpdStreamA3High.processes(meeting)).toThrow(/meet the control ports/);
});

/** A machine of two sockets with a core for each CPU, as the constructed facts have it. */
const topology = {
  cpus: Array.from({ length: 104 }, (_, cpu) => ({
    ...{ cpu, core: cpu, socket: cpu < 52 ? 0 : 1, node: cpu < 52 ? 0 : 1, online: true },
  })),
};
const discovered = (name: string) => ({
  ...{ cpuTopology: topology, nicNodes: { eth1: 0, eth2: 0, eth3: 1, eth4: 1 } },
  devmem: devmemFactsParser.parse(text(`test/fixtures/devmem-facts/${name}.txt`)),
});

test("on other machines GPUs and CPUs are found near each NIC", () => {
  expect(Object.keys(tcpdStream.facts ?? {})).toEqual([
    ...Object.keys(discoveryFacts),
    "builtTcpd",
  ]);
  const context = contextWith({ links: 4, flows: 1 }, discovered("a3-high.constructed"));
  const clients = tcpdStream.processes(context as never).slice(4);
  expect(clients.map(({ argv }) => argv.slice(0, 5).join(" "))).toEqual([
    "env CUDA_VISIBLE_DEVICES=0 taskset --cpu-list 0-0",
    "env CUDA_VISIBLE_DEVICES=2 taskset --cpu-list 1-1",
    "env CUDA_VISIBLE_DEVICES=4 taskset --cpu-list 52-52",
    "env CUDA_VISIBLE_DEVICES=6 taskset --cpu-list 53-53",
  ]);
  const mainline = contextWith({ memory: "udmabuf" }, discovered("mainline.constructed"));
  const options = kperfChoice.parse({ memory: "udmabuf", tx: true });
  const kperf = kperfStream.processes({ ...mainline, options } as never);
  expect(kperf.map(({ id, host, ends }) => [id, host, ends])).toEqual([
    ["receiver", "rx", "stopped"],
    ["sender", "tx", "stopped"],
    ["client-1", "tx", "itself"],
  ]);
  const words = kperf[2]?.argv.slice(4).join(" ");
  expect(words).toContain("--dst 192.168.1.26 --num-connections 2");
  expect(words).toContain("--devmem-tx --devmem-tx-memory host");
});

test("only receivers are brought into another state", () => {
  const part = (role: "client" | "server") => ({
    ...{ host: "h", role, roles: [role], index: 0, nics: ["eth1", "eth2"] },
    facts: {} as never,
  });
  const ids = (role: "client" | "server") =>
    tcpdStream.conditions?.(chosenWith({}), part(role) as never).map(({ id }) => id);
  expect(ids("client")).toEqual([]);
  expect(ids("server")).toEqual([
    ...["link:eth1:steering-guard", "link:eth1:driver-reset"],
    ...["link:eth2:steering-guard", "link:eth2:driver-reset"],
  ]);
  const facts = discovered("veth-6.18.recorded").devmem;
  const chosen = chosenWith({ memory: "udmabuf" });
  const judged = judgeNics("mainline", part("server"), { facts, chosen });
  const unmet = judged.filter(({ state }) => state === "unmet").map(({ what }) => what);
  expect(unmet).toContain("header split of eth1");
  expect(unmet).toContain("NIC of eth2");
  const { requirements } = kperfStream;
  const told = (tx: boolean) =>
    requirements
      ?.judge({ ...part("client"), nics: ["eth1"] }, { devmem: facts }, kperfChoice.parse({ tx }))
      .map(({ what }) => what);
  expect(told(false)).toEqual([]);
  expect(told(true)).toContain("driver of eth1");
});

const rate = 4_000_000_000;

const server = text("fixtures/outputs/master-tcp_stream-multiport-server.stdout.txt");
const client = text("fixtures/outputs/master-tcp_stream-multiport-client.stdout.txt");
const wrong =
  "W1120 15:14:00.428120  60  11947 tcpdevmem_cuda.cu:410] cuda_recv: Thread 1 - incorrect byte 7, expected 8, got 0\n";

async function judge(given: Partial<TcpdChoice>, texts: Parameters<typeof outputsOf>[0]) {
  const options = chosenWith(given);
  const outputs = outputsOf(texts);
  const result = await tcpdStream.parse(outputs, options);
  const counters = [{ host: "rx", name: "nic.eth1.rxBytes", delta: 1e15 }];
  const context = { options, result, outputs, counters, windows: new Map(), links: links(1) };
  const reasons = tcpdStream.check(context as unknown as CheckContext<TcpdChoice, never>);
  return { samples: tcpdStream.samples(result), rules: reasons.map((one) => one.rule), reasons };
}

const good = { "server-1": { stdout: server }, "client-1": { stdout: client } };

test("a good run has its receiver's rate", async () => {
  const { samples, rules } = await judge({ flows: 4 }, good);
  expect(rules).toEqual([]);
  expect(samples).toMatchObject([{ metric: "goodput", unit: "bit/s" }]);
  expect(samples[0]?.value).toBe(Number(/^local_throughput=(\d+)$/m.exec(server)?.[1]));
});

test("checked payload is no rate, and what is wrong in it is told", async () => {
  const ok = await judge({ validate: true }, good);
  expect(ok.rules).toEqual([]);
  expect(ok.samples).toMatchObject([{ metric: "validated", unit: "bytes" }]);
  const broken = { ...good, "server-1": { stdout: server, stderr: wrong } };
  const { reasons } = await judge({ validate: true }, broken);
  expect(reasons).toEqual([
    expect.objectContaining({
      ...{ state: "invalid", rule: "payload.mismatch" },
      text: "eth1: mismatch at byte 7 of a buffer of thread 1: 0 instead of 8",
    }),
  ]);
  const unchecked = await judge({ validate: true, memory: "udmabuf", physLenBytes: 2 ** 26 }, good);
  expect(unchecked.reasons).toMatchObject([
    { rule: "payload.unchecked", text: "eth1: not checked in this mode" },
  ]);
});

test("sides that disagree, and complaints of the receiver, make a trial invalid", async () => {
  const other = client.replace(/^remote_throughput=\d+$/m, `remote_throughput=${rate}`);
  const disagreeing = { ...good, "client-1": { stdout: other } };
  expect((await judge({}, disagreeing)).rules).toEqual(["neper.sides-disagree"]);
  const complaint =
    "E1120 15:14:00.428120  60  11947 tcpdevmem_cuda.cu:324] cuda_recv: truncated\n";
  const complaining = { ...good, "server-1": { stdout: server, stderr: complaint } };
  expect((await judge({}, complaining)).reasons).toMatchObject([
    { rule: "neper.complained", text: "eth1: truncated" },
  ]);
  await expect(judge({}, { ...good, "server-1": { stdout: "" } })).rejects.toMatchObject({
    code: "PARSE_FAILED",
  });
});

const kperfText = (rx: number) => `client: == Source 192.168.1.23
client:   Tx 9.000 Gbps (900 bytes in 1000000 usec)
client:   Rx  0.000 Gbps (0 bytes in 1000000 usec)
client: == Target 192.168.1.26
client:   Tx  0.000 Gbps (0 bytes in 1000000 usec)
client:   Rx 9.000 Gbps (${rx} bytes in 1000000 usec)
`;

test("kperf's receivers are summed, and connections that are missing are told", async () => {
  const outputs = outputsOf({
    "client-1": { stdout: kperfText(900) },
    "client-2": { stdout: kperfText(100) },
  });
  const options = kperfChoice.parse({ links: 2, flows: 1 });
  const result = await kperfStream.parse(outputs, options);
  expect(kperfStream.samples(result)).toMatchObject([{ metric: "goodput", value: 8000 }]);
  const validated = await kperfStream.parse(outputs, { ...options, validate: true });
  expect(kperfStream.samples(validated)).toMatchObject([{ metric: "validated", value: 1000 }]);
  const counters = ["eth1", "eth2"].map((nic) => ({
    ...{ host: "rx", name: `nic.${nic}.rxBytes`, delta: 500 },
  }));
  const windows = new Map(["client-1", "client-2"].map((id) => [id, { fromMs: 0, toMs: 10 }]));
  const context = { options: { ...options, flows: 2 }, result, counters, windows, links: links(2) };
  const reasons = kperfStream.check(context as never);
  expect(reasons.map(({ rule, text: words }) => [rule, words.split(" ")[0]])).toEqual([
    ["flow.missing", "eth1:"],
    ["flow.missing", "eth1"],
    ["flow.missing", "eth2:"],
  ]);
});

describe("tcpd that is built for a run", () => {
  const headersDirectory = "/usr/src/google/include";
  const variantWith = (given: Partial<TcpdChoice>) => ({
    ...{ id: "v", experiment: tcpdStream, options: chosenWith(given) },
  });

  test("is built once for each kind of memory, and not where hosts have it", () => {
    const variants = [
      variantWith({ memory: "udmabuf", headersDirectory }),
      variantWith({ memory: "udmabuf", headersDirectory, flows: 3 }),
      variantWith({ memory: "cuda", headersDirectory, cudaArchitecture: "sm_80" }),
      variantWith({}),
    ];
    const names = (...asked: Parameters<typeof tcpdBuilds>) =>
      tcpdBuilds(...asked).map(({ name }) => name);
    expect(names(variants)).toEqual(["tcpd-udmabuf", "tcpd-cuda"]);
    expect(names([variantWith({})], { memory: "udmabuf", headersDirectory })).toEqual([
      "tcpd-udmabuf",
    ]);
  });

  test("is refused where a host has no such build", () => {
    const given = { memory: "udmabuf", headersDirectory } as const;
    const facts = { ...discovered("a3-high.constructed"), builtTcpd: { another: "/b/tcp_stream" } };
    expect(() => tcpdStream.processes(contextWith(given, facts) as never)).toThrow(
      expect.objectContaining({
        code: "SETUP_MISSING",
        message: "rx has no tcp_stream of tcpd built for this",
      }),
    );
  });

  test("is not looked for by an experiment that asks hosts nothing", () => {
    expect(() => tcpdStreamA3High.processes(contextWith({ headersDirectory }, {}))).toThrow(
      expect.objectContaining({ code: "OPTIONS_INVALID" }),
    );
  });
});
