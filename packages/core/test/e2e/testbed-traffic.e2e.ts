import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  iperf3ClientArgv,
  iperf3JsonParser,
  iperf3Readiness,
  iperf3ServerArgv,
} from "@hoststack/tools";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { runCli } from "../../src/cli/index.js";
import { recordedTerminal } from "../../src/cli/recorded-terminal.js";
import { defineExperiment, defineSystem } from "../../src/index.js";
import { type NamespaceServers, openNamespaceServers } from "../support/namespace-servers.js";

const options = z.strictObject({ durationS: z.int().default(1), mbitPerS: z.int().optional() });

/** iperf3 over TCP, as a system of this test. */
const bulk = defineExperiment({
  name: "bulk",
  summary: "bulk transfer",
  options,
  needs: [],
  tools: [{ program: "iperf3", debianPackage: "iperf3" }],
  title: () => "bulk",
  traffic: ({ durationS, mbitPerS }) => ({
    seconds: durationS,
    ...(mbitPerS === undefined ? {} : { bitsPerS: mbitPerS * 1e6 }),
  }),
  processes: ({ options: { durationS, mbitPerS }, client, server, port }) => [
    {
      id: "server",
      host: server.host,
      argv: iperf3ServerArgv({ port, bindAddress: server.address }),
      ready: iperf3Readiness({ port }),
      ends: "itself",
      deadlineMs: 60_000,
    },
    {
      id: "client",
      host: client.host,
      argv: iperf3ClientArgv({
        ...{ address: server.address, port, durationS },
        ...(mbitPerS === undefined ? {} : { bitsPerS: mbitPerS * 1e6 }),
      }),
      after: ["server"],
      ends: "itself",
      deadlineMs: 60_000,
    },
  ],
  window: () => ({
    process: "client",
    window: {
      opens: { line: /"start"/, delayMs: 0 },
      closes: { line: /"end"/, delayMs: 0 },
      source: "the test itself",
    },
  }),
  parser: { name: iperf3JsonParser.name, version: iperf3JsonParser.version },
  parse: (outputs) => iperf3JsonParser.parseLines(outputs.of("client").stdout.lines()),
  check: () => [],
  counterRules: [],
  samples: ({ received }) => [
    { metric: "goodput", value: received?.bitsPerS ?? 0, unit: "bit/s", better: "higher" },
  ],
  headline: () => "goodput",
});

const rdma = defineExperiment({ ...bulk, name: "needs-rdma", needs: ["rdma", "own-kernel"] });
const tools = defineExperiment({
  ...bulk,
  name: "needs-tools",
  tools: [...bulk.tools, { program: "no-such-tool", debianPackage: "nothing" }],
});

const system = defineSystem({
  name: "lab",
  version: "0.0.0",
  summary: "a test's own system",
  experiments: { bulk, "needs-rdma": rdma, "needs-tools": tools },
  suites: {},
  guest: () => {
    throw new Error("no guests here");
  },
});

const root = process.getuid?.() === 0;

let servers: NamespaceServers;
let place: string;
let runs = 0;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  if (root) servers = await openNamespaceServers();
});
afterAll(async () => {
  await servers?.[Symbol.asyncDispose]();
  await rm(place, { recursive: true, force: true });
});

/** A testbed file over both hosts; `rest` comes after its links. */
const lab = (rest = "", server = "server") =>
  servers.put(
    "lab.yaml",
    `version: 1
hosts:
  client: { ssh: { destination: client, config: ./config } }
  server: { ssh: { destination: ${server}, config: ./config } }
  third: { local: true }
links:
  - { name: data, ends: [{ host: client, nic: lab0 }, { host: server, nic: lab0 }] }
evidence: namespace
${rest}`,
  );

/** Runs the command line within this process, into a directory of its own. */
async function run(file: string, ...argv: string[]) {
  runs += 1;
  const out = join(place, `run-${runs}`);
  const terminal = recordedTerminal();
  const [name = "bulk", ...flags] = argv;
  const all = ["run", name, "--testbed", file, "--repeat", "1", "--out", out, ...flags];
  const code = await runCli(system, all, terminal);
  const made = await access(out).then(
    () => true,
    () => false,
  );
  return { code, out, made, said: terminal.err.text() };
}

const record = async (out: string) => JSON.parse(await readFile(join(out, "run.json"), "utf8"));

describe.skipIf(!root)("a run over a testbed file", () => {
  test("measures between the hosts of the file, through SSH", async () => {
    const { code, out, said } = await run(await lab(), "bulk");
    expect(said).toContain("client and server of link data are one machine");
    const { testbed, trials } = await record(out);
    expect(testbed.hosts.map(({ name }: { name: string }) => name)).toContain("third");
    // a host that takes part in nothing is left alone
    expect(trials[0].clocks.map(({ host }: { host: string }) => host)).toEqual([
      "client",
      "server",
    ]);
    expect(testbed).toMatchObject({ kind: "ssh", evidence: "namespace" });
    const [trial] = trials;
    const server = trial.processes.find((one: { id: string }) => one.id === "server");
    expect(server).toMatchObject({ host: "server", exitCode: 0 });
    expect(trial.samples[0].value).toBeGreaterThan(1e6);
    // the payload went through the NIC of the server's own namespace
    const crossed = trial.counters.find(
      (one: { host: string; name: string }) =>
        one.host === "server" && one.name === "nic.lab0.rxBytes",
    );
    expect(crossed.delta * 8).toBeGreaterThan(trial.samples[0].value * 0.9);
    expect([0, 5]).toContain(code);
  });

  test("takes the roles from the file, and before it from the command line", async () => {
    const hostOf = async (role: string, out: string): Promise<string> =>
      (await record(out)).trials[0].processes.find(({ id }: { id: string }) => id === role).host;
    const file = await lab("roles: { client: server }");
    const swapped = await run(file, "bulk");
    expect(await hostOf("client", swapped.out)).toBe("server");
    expect(await hostOf("server", swapped.out)).toBe("client");
    const straight = await run(file, "bulk", "--role", "client=client");
    expect(await hostOf("client", straight.out)).toBe("client");
    const wrong = await run(await lab(), "bulk", "--role", "client=sever");
    expect(wrong).toMatchObject({ code: 2, made: false });
    expect(wrong.said).toContain('roles.client: there is no host "sever"; did you mean "server"?');
  });

  test("says which capability is missing where, why, and how to get it", async () => {
    const { code, said, made } = await run(await lab(), "needs-rdma");
    expect({ code, made }).toEqual({ code: 3, made: false });
    expect(said).toContain('needs-rdma needs "rdma": client has no RDMA device on lab0');
    expect(said).toContain('needs-rdma needs "rdma": server has no RDMA device on lab0');
    expect(said).toContain(
      'needs-rdma needs "own-kernel": client is the machine hoststack runs on',
    );
    expect(said).toContain("rdma link add rxe0 type rxe netdev lab0");
  });

  test("lists missing programs per host and installs nothing", async () => {
    const { code, said, made } = await run(await lab(), "needs-tools");
    expect({ code, made }).toEqual({ code: 3, made: false });
    for (const host of ["client", "server"])
      expect(said).toContain(`${host}: there is no no-such-tool, and apt cannot install nothing`);
    expect(said).toContain("a run installs nothing on these hosts; see and do it: lab setup");
  });

  test("ends with 4 when a host cannot be reached, with 2 when the file is wrong", async () => {
    const gone = await run(await lab("", "nowhere.invalid"), "bulk");
    expect(gone).toMatchObject({ code: 4, made: false });
    expect(gone.said).toContain("server: ");
    const wrong = await run(await lab("trafic: {}"), "bulk");
    expect(wrong).toMatchObject({ code: 2, made: false });
    expect(wrong.said).toMatch(
      /lab\.yaml:9: trafic: there is no such field; did you mean "traffic"\?/,
    );
  });
});

describe.skipIf(!root)("traffic is refused", () => {
  const refused = async (file: string, ...argv: string[]) => {
    const { code, said, made } = await run(file, "bulk", ...argv);
    expect({ code, made }, said).toEqual({ code: 3, made: false });
    expect(said).toContain("[TRAFFIC_REFUSED]");
    return said;
  };
  const allowed = async (file: string, ...argv: string[]) => {
    const { code, said } = await run(file, "bulk", ...argv);
    expect([0, 5], said).toContain(code);
  };

  test("on the interface of the default route, unless allowed", async () => {
    await servers.inside("client", "ip", "route", "add", "default", "dev", "lab0");
    try {
      const said = await refused(await lab());
      expect(said).toContain(
        "lab0 of client is, or shares hardware with, the interface of its default",
      );
      expect(said).not.toContain("lab0 of server");
      expect(said).toContain("--allow-traffic default-route");
      await allowed(await lab(), "--allow-traffic", "default-route");
      await allowed(await lab("traffic: { allow: [default-route] }"));
    } finally {
      await servers.inside("client", "ip", "route", "delete", "default", "dev", "lab0");
    }
  });

  test("on the interface the SSH session comes in by", async () => {
    const said = await refused(await lab("", "over-data"));
    expect(said).toContain(
      "lab0 of server is, or shares hardware with, the interface its SSH session",
    );
    expect(said).not.toContain("lab0 of client");
  });

  test("toward an address another machine answers for", async () => {
    // a neighbour entry that names another card is what a second holder of the address leaves
    const neighbour = ["10.77.0.2", "lladdr", "02:00:00:00:00:99", "dev", "lab0"];
    await servers.inside("client", "ip", "neigh", "replace", ...neighbour, "nud", "permanent");
    try {
      const said = await refused(await lab());
      expect(said).toContain("02:00:00:00:00:99 answers as 10.77.0.2, but server's lab0 is");
    } finally {
      await servers.inside("client", "ip", "neigh", "delete", ...neighbour);
    }
  });

  test("toward an address the route to which leaves by another interface", async () => {
    const link = ["ip", "link"];
    await servers.inside("client", ...link, "add", "other0", "type", "veth", "peer", "other1");
    try {
      await servers.inside("client", ...link, "set", "other0", "up");
      await servers.inside("client", "ip", "route", "add", "10.77.0.2/32", "dev", "other0");
      const said = await refused(await lab());
      expect(said).toContain("the route to 10.77.0.2 leaves by other0, not lab0");
    } finally {
      await servers.inside("client", ...link, "delete", "other0");
    }
  });

  test("above the stated rate and time; a limit of the experiment's own counts", async () => {
    // a veth tells 10 Gbit/s
    const limits = "traffic: { maxRateGbps: 1, maxSeconds: 2 }";
    const said = await refused(await lab(limits), "--duration-s", "3");
    expect(said).toContain("bulk may send at 10.0 Gbit/s (it has no limit, so the link's speed)");
    expect(said).toContain("bulk may send for 3 s; the testbed allows 2 s");
    await allowed(await lab(limits), "--mbit-per-s", "50");
  });
});
