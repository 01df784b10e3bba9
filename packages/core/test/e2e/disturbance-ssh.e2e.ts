import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openHost } from "../../src/host/open-host.js";
import { Sampling } from "../../src/metrics/sampling.js";
import { firstLine } from "../../src/testing/transport-contract/collect.js";
import { carriers } from "../support/carriers.js";
import { openSshServer } from "../support/ssh-server.js";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Names a child that keeps a CPU busy until the command is ended. */
const work = 'while :; do :; done & echo "$!"; wait';

/** More than one connection has room for. */
const commands = 12;

describe.each(Object.entries(carriers))("over %s", (_, open) => {
  test("what came over the run's connections is not foreign, what came over another's is", async () => {
    await using server = await openSshServer();
    const hostOf = async () =>
      openHost({ name: "node0", machine: { id: "m" }, transport: await open(server.options) });
    await using host = await hostOf();
    await using stranger = await hostOf();
    await using sampling = await Sampling.begin([host], { directory });
    const begin = (where: typeof host) =>
      where.start({ argv: ["sh", "-c", work] }, { deadlineMs: 30_000 });
    const started = await Promise.all([
      begin(stranger),
      ...Array.from({ length: commands }, () => begin(host)),
    ]);
    const pids = await Promise.all(started.map(async (one) => Number(await firstLine(one))));
    await host.run({ argv: ["sleep", "2"] });
    await sampling.end();
    const [seen] = sampling.disturbances();
    if (seen === undefined || "unavailable" in seen) throw new Error("nothing was seen");
    // each of them has had its share of two seconds
    const named = seen.processes.map(({ pid }) => pid);
    const [foreign = 0, ...own] = pids;
    expect(named).toContain(foreign);
    expect(named.filter((pid) => own.includes(pid))).toEqual([]);
    expect(host.transport.connectedBy?.().length).toBeGreaterThan(1);
    await Promise.all(started.map((one) => one[Symbol.asyncDispose]()));
  }, 120_000);
});
