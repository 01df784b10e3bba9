import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  iperf3ClientArgv,
  iperf3JsonParser,
  iperf3ServerArgv,
  iperf3Window,
} from "@hoststack/tools";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import {
  defineExperiment,
  openTestbed,
  type ProcessSpec,
  type RunRecord,
  runExperiment,
  type Testbed,
} from "../../src/index.js";

const pairs = [0, 1].flatMap((client) => [0, 1].map((server) => ({ client, server })));
const idOf = ({ client, server }: (typeof pairs)[number]) => `c${client}-s${server}`;
const windowOf = (id: string) => ({
  process: id,
  window: iperf3Window({ address: "unused", durationS: 1 }),
});

/** Every client sends to every server by iperf3; one flow may be ended in the middle. */
const allToAll = (killed?: string) =>
  defineExperiment({
    name: "all-to-all",
    summary: "a test's own experiment over four hosts",
    options: z.strictObject({}),
    needs: [],
    tools: [{ program: "iperf3", debianPackage: "iperf3" }],
    hosts: () => ({ clients: 2, servers: 2 }),
    title: () => "all-to-all",
    processes: ({ clients, servers, links, port }) =>
      pairs.flatMap((pair, index): ProcessSpec[] => {
        const [client, server] = [clients[pair.client], servers[pair.server]];
        const joined = links.find(
          (one) => one.client.host === client?.host && one.server.host === server?.host,
        );
        if (joined === undefined) throw new Error("each client is joined to each server");
        const own = { port: port + index, address: joined.server.addresses[0] };
        const id = idOf(pair);
        const argv = iperf3ClientArgv({ ...own, durationS: 1, bitsPerS: 2e7 });
        return [
          {
            ...{ id: `${id}-server`, host: joined.server.host, ends: "itself" },
            argv: iperf3ServerArgv({ port: own.port, bindAddress: own.address }),
            ready: { kind: "listening", protocol: "tcp", port: own.port },
            deadlineMs: 30_000,
          },
          {
            ...{ id, host: joined.client.host, ends: "itself", deadlineMs: 30_000 },
            argv: id === killed ? ["timeout", "-s", "KILL", "0.4", ...argv] : argv,
            after: pairs.map((one) => `${idOf(one)}-server`),
          },
        ];
      }),
    window: () => windowOf("c0-s0"),
    otherWindows: () => pairs.slice(1).map((pair) => windowOf(idOf(pair))),
    parser: { name: "all-to-all", version: 1 },
    async parse(outputs) {
      const read = pairs.map(async (pair) => {
        const lines = outputs.of(idOf(pair)).stdout.lines();
        const { received } = await iperf3JsonParser.parseLines(lines);
        return received?.bitsPerS ?? 0;
      });
      return await Promise.all(read);
    },
    check: () => [],
    counterRules: [],
    samples: (rates) => [
      {
        ...{ metric: "goodput", value: rates.reduce((sum, one) => sum + one, 0) },
        ...({ unit: "bit/s", better: "higher" } as const),
      },
    ],
    headline: () => "goodput",
  });

let testbed: Testbed;
let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  const hosts = ["server-1", "client-1", "server-2", "client-2"] as const;
  testbed = await openTestbed({ kind: "netns", hosts });
});
afterAll(async () => {
  await testbed?.[Symbol.asyncDispose]();
  await rm(place, { recursive: true, force: true });
});

const recordOf = async (name: string): Promise<RunRecord> =>
  JSON.parse(await readFile(join(place, name, "run.json"), "utf8"));

test("two clients send to two servers, and all four hosts are in the record by role", async () => {
  const trial = await runExperiment(allToAll(), {}, { testbed, directory: join(place, "all") });
  expect(trial.result).toHaveLength(4);
  for (const rate of trial.result) expect(rate).toBeGreaterThan(1e6);
  expect(trial.window).toMatchObject({ durationS: expect.any(Number) });
  const hosts = ["client-1", "client-2", "server-1", "server-2"];
  expect(trial.clocks.map(({ host }) => host).sort()).toEqual(hosts);
  const grown = (host: string, counter: string) =>
    trial.counters.find((one) => one.host === host && one.name.endsWith(counter))?.delta ?? 0;
  for (const host of hosts.slice(2)) expect(grown(host, ".rxBytes")).toBeGreaterThan(2e5);
  for (const host of hosts.slice(0, 2)) expect(grown(host, ".txBytes")).toBeGreaterThan(2e5);
  const { variants, hosts: described = [] } = await recordOf("all");
  expect(variants[0]?.roles).toEqual({ client: hosts.slice(0, 2), server: hosts.slice(2) });
  expect(described.map(({ host }) => host).sort()).toEqual(hosts);
});

test("a flow that is ended in the middle makes the trial invalid by its name and host", async () => {
  const directory = join(place, "killed");
  const running = runExperiment(allToAll("c1-s0"), {}, { testbed, directory });
  await expect(running).rejects.toMatchObject({
    code: "TRIAL_INVALID",
    message: expect.stringContaining("c1-s0 on client-2"),
  });
  const { trials } = await recordOf("killed");
  expect(trials[0]).toMatchObject({ samples: [], verdict: { state: "invalid" } });
});

test("a testbed with fewer hosts is refused before anything is started", async () => {
  await using pair = await openTestbed({ kind: "netns", hosts: ["client", "server"] });
  const directory = join(place, "refused");
  await expect(runExperiment(allToAll(), {}, { testbed: pair, directory })).rejects.toMatchObject({
    code: "OPTIONS_INVALID",
    message: "2 clients and 2 servers are wanted, but the testbed has 2 hosts (client, server)",
  });
});
