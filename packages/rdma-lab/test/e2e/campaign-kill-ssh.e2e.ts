import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type NamespaceServers,
  openNamespaceServers,
} from "../../../core/test/support/namespace-servers.js";
import { nameOf, recordIn, strayFiles, toldTrials } from "../support/campaign-places.js";
import { start, until } from "../support/cli-process.js";

const root = process.getuid?.() === 0;
/** The hosts end what a killed controller started within 2 s and a bit. */
const quietly = { timeout: 15_000, interval: 200 };
const lab = `version: 1
hosts:
  left: { ssh: { destination: client, config: ./config } }
  right: { ssh: { destination: server, config: ./config } }
links:
  - { name: data, ends: [{ host: left, nic: lab0 }, { host: right, nic: lab0 }] }
evidence: namespace
`;

describe.skipIf(!root)("a campaign on hosts reached through SSH", () => {
  let servers: NamespaceServers;
  let place: string;
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
    servers = await openNamespaceServers();
  });
  afterAll(async () => {
    await servers?.[Symbol.asyncDispose]();
    await rm(place, { recursive: true, force: true });
  });

  /** Names of what runs on both hosts, but for what looks. */
  const running = async () => {
    const look = ["sh", "-c", 'for p in /proc/[0-9]*; do read -r n <"$p/comm" && echo "$n"; done'];
    const said = await Promise.all(
      (["client", "server"] as const).map((host) => servers.inside(host, ...look)),
    );
    return said.map((one) => one.trim().split("\n").sort().join(" "));
  };

  test("is gone on with after kill -9 of the controller; nothing is lost, doubled or left", async () => {
    const before = await running();
    const path = await servers.put("lab.yaml", lab);
    const out = join(place, "killed");
    const argv = `run sockperf-throughput --duration-s 1 --repeat 2 --ndjson --testbed`.split(" ");
    const { child, exit } = start([...argv, path, "--out", out]);
    child.stderr.resume();
    let told = "";
    child.stdout.on("data", (chunk) => {
      told += chunk;
    });
    // in the second trial, while the tools of both hosts run
    const measuring = /"kind":"trial\.phase","index":2,.*"phase":"measuring"/;
    await until(() => measuring.test(told) || child.exitCode !== null, 60_000);
    expect(await running()).not.toEqual(before);
    child.kill("SIGKILL");
    await exit;
    const killed = await recordIn(out);
    expect(killed).toMatchObject({ state: "running" });
    expect(killed?.trials.map(nameOf)).toEqual(["sockperf-throughput 1"]);
    // the hosts end everything by themselves once the connection is gone
    await expect.poll(running, quietly).toEqual(before);

    const resumed = start(["run", "--resume", out]);
    resumed.child.stdout.resume();
    const [said, code] = await Promise.all([text(resumed.child.stderr), resumed.exit]);
    expect([0, 5], said).toContain(code);
    const record = await recordIn(out);
    if (record === undefined) throw new Error("a finished campaign has a record");
    expect(record.state).toBe("completed");
    const names = [1, 2].map((repetition) => `sockperf-throughput ${repetition}`);
    expect(record.trials.map(nameOf)).toEqual(names);
    expect(record.trials[0]).toEqual(killed?.trials[0]);
    expect(record.sessions?.map(({ firstTrial }) => firstTrial)).toEqual([0, 1]);
    expect(await toldTrials(out)).toEqual(names);
    expect(await strayFiles(out, record)).toEqual([]);
    await expect.poll(running, quietly).toEqual(before);
  });
});
