import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AnyExperiment, openTestbed, runExperiment } from "@hoststack/core";
import { describe, expect, test } from "vitest";
import { devmemFact } from "../../src/devmem/discovery/parser.js";
import { engineRequirements, requireEngine } from "../../src/devmem/engines/engine.js";
import { devmemExperiments } from "../../src/devmem/experiment/experiments.js";
import { flowSetOptions } from "../../src/devmem/flow-sets/options.js";

const root = process.getuid?.() === 0;

describe.skipIf(!root)("what the running kernel answers", () => {
  test("virtual NICs can bind nothing, and both engines are refused with every reason", async () => {
    await using testbed = await openTestbed({ kind: "netns", hosts: ["client", "server"] });
    const [host] = testbed.hosts;
    const end = testbed.links[0].ends.find((one) => one.host === host?.name);
    if (host === undefined || end === undefined) throw new Error("no host");
    const { nic } = end;
    const before = (await host.run({ argv: ["sh", "-c", "ls /tmp | sort"] })).stdout;
    const { stdout } = await host.run({ argv: devmemFact.argv });
    const facts = devmemFact.parser.parse(stdout);
    expect(Object.keys(facts.nics)).toContain(nic);
    expect(Object.keys(facts.nics)).not.toContain("lo");
    const { kernelAnswers } = facts;
    if ("notAsked" in kernelAnswers) throw new Error(kernelAnswers.notAsked);
    const [major = 0, minor = 0] = facts.kernel.split(".").map(Number);
    const since = (least: number) => major > 6 || (major === 6 && minor >= least);
    expect(kernelAnswers.operations.includes(13)).toBe(since(12));
    expect(kernelAnswers.operations.includes(15)).toBe(since(16));
    if (since(16)) {
      expect(kernelAnswers.bindTx[nic]).toEqual({
        errno: 95,
        words: "Driver does not support netmem TX",
      });
      expect(kernelAnswers.sockopts).toEqual({ 80: 0, 97: 92 });
    }
    const options = flowSetOptions({ mode: "udmabuf" });
    for (const engine of ["mainline", "legacy-tcpd"] as const) {
      const question = { facts, nic, role: "server", options } as const;
      const unmet = engineRequirements(engine, question).filter(({ state }) => state === "unmet");
      expect(unmet.map(({ what }) => what)).toEqual(
        expect.arrayContaining(["PCI address", "header split", "steering rules", "ring"]),
      );
      const ends = [{ host: host.name, role: "server", facts, nics: [{ nic }] } as const];
      expect(() => requireEngine(engine, ends, options)).toThrow(
        expect.objectContaining({ code: "CAPABILITY_MISSING" }),
      );
    }
    const after = (await host.run({ argv: ["sh", "-c", "ls /tmp | sort"] })).stdout;
    expect(after.split("\n").filter((name) => name.startsWith("tmp."))).toEqual(
      before.split("\n").filter((name) => name.startsWith("tmp.")),
    );
  });

  test.each(Object.values(devmemExperiments))(
    "$name is refused before anything is changed",
    async (experiment: AnyExperiment) => {
      await using testbed = await openTestbed({ kind: "netns", hosts: ["client", "server"] });
      const parent = await mkdtemp(join(tmpdir(), "hoststack-refused-"));
      try {
        const directory = join(parent, "run");
        const run = runExperiment(experiment, { memory: "udmabuf" }, { testbed, directory });
        const { nic } = testbed.links[0].ends[0];
        await expect(run).rejects.toMatchObject({
          code: "CAPABILITY_MISSING",
          message: expect.stringContaining(
            `${experiment.name} cannot run on server: driver of ${nic}: `,
          ),
        });
        expect(await readdir(parent)).toEqual([]);
      } finally {
        await rm(parent, { recursive: true, force: true });
      }
    },
  );
});
