import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineParser } from "@hoststack/tools";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { recordedTerminal } from "../../src/cli/recorded-terminal.js";
import { runCli } from "../../src/cli/run-cli.js";
import { examineTestbed } from "../../src/doctor/examine.js";
import type { Examination } from "../../src/doctor/finding.js";
import { preflight } from "../../src/experiment/preflight.js";
import { FactCache } from "../../src/experiment/roles.js";
import {
  type AnyExperiment,
  defineRequirements,
  defineSystem,
  type Fact,
  type Host,
  openTestbed,
} from "../../src/index.js";
import { noteKernel } from "../../src/system/kernels/noted-kernel.js";
import { type NamespaceServers, openNamespaceServers } from "../support/namespace-servers.js";
import { pingLike } from "../support/ping-like.js";

const root = process.getuid?.() === 0;

const ping: AnyExperiment = pingLike(() => []);
const system = defineSystem({
  ...{ name: "lab", version: "1.0.0", summary: "a lab" },
  experiments: {
    ping,
    rdma: {
      ...ping,
      name: "rdma",
      needs: ["rdma"],
      tools: [{ program: "ib_no_such_program", debianPackage: "perftest" }],
      evidence: [{ feature: "SoftRoCE", level: "guest" }],
    },
  },
  suites: {},
  guest: () => ({
    ...{ packages: ["perftest"], modules: ["rdma_rxe"], kernel: "linux-image-amd64" },
    ...{ memoryMib: 64, cpus: 1, linkMtuBytes: 1500, bringUp: [], capabilities: [] },
  }),
});

const withKernel = defineSystem({
  ...system,
  kernels: {
    patched: { summary: "patched", version: "6.0.3", tarball: "https://example.org/l.tar.gz" },
  },
});

const doctor = async (...argv: string[]) => {
  const terminal = recordedTerminal();
  const asked = argv.includes("--kernel") ? withKernel : system;
  const code = await runCli(asked, ["doctor", ...argv], terminal);
  return { code, out: terminal.out.text(), err: terminal.err.text() };
};

const examined = async (...argv: string[]) => {
  const { code, out } = await doctor("--json", ...argv);
  return { code, ...(JSON.parse(out) as Examination) };
};

let servers: NamespaceServers;
beforeAll(async () => {
  if (root) servers = await openNamespaceServers();
});
afterAll(() => servers?.[Symbol.asyncDispose]());

test("namespaces meet what ping needs, and say how busy this machine is", async () => {
  const { code, findings, experiments, testbed } = await examined("ping", "--testbed", "netns");
  expect(code).toBe(0);
  expect(testbed).toMatchObject({ kind: "netns", evidence: "namespace" });
  const client = findings.filter(({ host }) => host === "client");
  expect(client).toContainEqual(
    expect.objectContaining({
      what: "program ping",
      state: "met",
      found: expect.stringMatching(/^\/.*ping$/),
    }),
  );
  const load = findings.find(({ what }) => what === "load");
  expect(load).toMatchObject({ host: "this machine", found: expect.stringMatching(/^\d+\.\d\d /) });
  expect(findings.filter(({ what }) => what === "load")).toHaveLength(1);
  expect(experiments).toEqual([
    { name: ping.name, evidence: [{ feature: "all of it", level: "plan only" }] },
  ]);
});

test("-v tells the commands that ask, apart from the answer", async () => {
  const { out, err } = await doctor("ping", "--testbed", "netns", "-v");
  expect(err).toMatch(
    /^client\$ sh -c 'for name; do \.\.\.' sh stdbuf grep ping: exit status 0, /m,
  );
  expect(out).not.toContain("exit status");
});

test("what is not met is said with its fix, and the exit status is 3", async () => {
  const { code, out, err } = await doctor("rdma", "--testbed", "netns");
  expect(code).toBe(3);
  expect(out).toMatch(/unmet +program ib_no_such_program +no such program/);
  expect(out).toContain("fix: on Debian: apt-get install perftest");
  expect(out).toMatch(/unmet +rdma +network namespaces have no RDMA device of their own/);
  expect(out).toContain("fix: use --testbed vm");
  expect(out).toContain("rdma  SoftRoCE: seen in guest");
  expect(err).toMatch(/\d+ requirements, 4 not met/);
});

test("what an experiment judges by facts is told, and refuses a run with every reason", async () => {
  const kernelFact: Fact<string> = {
    name: "kernel",
    argv: ["uname", "-s"],
    parser: defineParser({
      ...{ name: "kernel", version: 1, schema: z.string() },
      reader: () => {
        let first: string | undefined;
        return {
          line: (text) => {
            first ??= text;
          },
          end: () => first,
        };
      },
    }),
  };
  const needy: AnyExperiment = {
    ...ping,
    name: "needy",
    requirements: defineRequirements({
      facts: { kernel: kernelFact },
      judge: ({ role, nics: [nic] }, { kernel }) => [
        { what: "kernel", state: "met", found: kernel, wanted: "Linux" },
        { what: `ring of ${nic}`, state: "unmet", found: "none", wanted: "one", remedy: "buy one" },
        {
          ...({ what: `MTU as ${role}`, state: "warning", found: "1500" } as const),
          ...{ wanted: "9000", remedy: "raise" },
        },
      ],
    }),
  };
  await using testbed = await openTestbed({ kind: "netns", hosts: ["client", "server"] });
  const variants = ["one", "two"].map((id) => ({ id, experiment: needy, options: {} }));
  const { signal } = new AbortController();
  const { findings } = await examineTestbed(variants, testbed, signal);
  const own = findings.filter(({ why }) => why === "needy needs it");
  expect(own).toHaveLength(6);
  expect(own).toContainEqual(
    expect.objectContaining({ host: "server", what: "kernel", state: "met", found: "Linux" }),
  );
  expect(own.map(({ what }) => what)).toContain("MTU as client");
  const facts = new FactCache(signal);
  const [{ nic: client }, { nic: server }] = testbed.links[0].ends;
  await expect(preflight(variants, testbed, { facts, signal })).rejects.toMatchObject({
    code: "CAPABILITY_MISSING",
    message: [
      `needy cannot run on client: ring of ${client}: none; it needs one`,
      `needy cannot run on server: ring of ${server}: none; it needs one`,
    ].join("\n"),
    remedy: "buy one",
  });
});

test("guests are judged by their recipe and this machine, without starting one", async () => {
  const { findings, testbed } = await examined("rdma");
  expect(testbed.notices[0]).toContain("they will have linux-image-amd64, perftest");
  const about = (what: string) => findings.filter((finding) => finding.what === what);
  expect(about("program ib_no_such_program")).toMatchObject([
    { host: "client", state: "met", found: "comes with perftest when guests are built" },
    { host: "server", state: "met" },
  ]);
  expect(about("rdma")).toMatchObject([{ state: "unmet" }, { state: "unmet" }]);
  expect(about("program qemu-system-x86_64")).toMatchObject([{ host: "this machine" }]);
  expect(about("memory")).toMatchObject([{ state: "met" }]);
});

describe("guests that are to boot a kernel of the system", () => {
  let place: string;
  const release = "6.0.3-hs0123456789";
  const about = ({ findings }: Examination) =>
    findings.filter(({ what }) => what === "kernel patched");
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  });
  afterAll(() => rm(place, { recursive: true, force: true }));

  test("one that was not built is told with the command that does, beside all else", async () => {
    vi.stubEnv("XDG_CACHE_HOME", place);
    const found = await examined("ping", "--kernel", "patched");
    expect(found.code).toBe(3);
    expect(about(found)).toMatchObject([
      {
        ...{ host: "this machine", state: "unmet" },
        found: "guests cannot boot the kernel patched: it was not built on this computer",
        remedy: expect.stringContaining("lab kernel build patched --source PATH"),
      },
    ]);
    expect(found.findings.length).toBeGreaterThan(3);
    expect(found.testbed.notices[0]).toContain("they will have the kernel patched, perftest");
  });

  test("one that was built is told by its release; files that are gone are missed", async () => {
    vi.stubEnv("XDG_CACHE_HOME", place);
    const directory = join(place, "built");
    await mkdir(join(directory, "boot"), { recursive: true });
    await writeFile(join(directory, "kernel.json"), JSON.stringify({ release }));
    await noteKernel(withKernel, "patched", { directory, release, configSha256: "a".repeat(64) });
    expect(about(await examined("ping", "--kernel", "patched"))).toMatchObject([
      { state: "unmet", found: expect.stringMatching(/no such file.*vmlinuz-6\.0\.3/) },
    ]);
    for (const name of ["vmlinuz", "config"]) {
      await writeFile(join(directory, "boot", `${name}-${release}`), "");
    }
    const found = await examined("ping", "--kernel", "patched");
    expect(about(found)).toMatchObject([
      { state: "met", found: `${release}, built here`, why: "guests boot it" },
    ]);
    expect(found.testbed.notices[0]).toContain(`they will have ${release}, perftest`);
    expect(found.testbed.notices[0]).not.toContain("linux-image-amd64");
  });

  test.each([
    [["--kernel", "patchd"], 'did you mean "patched"?'],
    [["--kernel", "patched", "--testbed", "netns"], "--kernel is for guests, not for netns"],
  ])("%j is refused", async (words, told) => {
    expect(await doctor("ping", ...words)).toMatchObject({
      code: 2,
      err: expect.stringContaining(told),
    });
  });
});

test("a busy process is named with its share of a CPU", async () => {
  await using testbed = await openTestbed({ kind: "netns", hosts: ["client", "server"] });
  const spinning = await testbed.hosts[0]?.start({ argv: ["sh", "-c", "while :; do :; done"] });
  if (spinning === undefined) throw new Error("a testbed has hosts");
  await using _ = spinning;
  const variants = [{ id: "ping", experiment: ping, options: {} }];
  const { findings } = await examineTestbed(variants, testbed, new AbortController().signal);
  const processes = findings.find(({ what }) => what === "processes");
  expect(processes?.state).toBe("warning");
  expect(processes?.found).toMatch(/sh \(\d+, your own\) \d+ % of a CPU/);
});

describe.skipIf(!root)("hosts of a testbed file", () => {
  const file = () => servers.putTestbed();

  test("are asked over SSH", async () => {
    const { code, findings } = await examined("ping", "--testbed", await file());
    expect(findings.filter(({ state }) => state === "unmet")).toEqual([]);
    expect(code).toBe(0);
    // both are one machine, so one of them is asked how busy it is
    expect(findings.filter(({ what }) => what === "load")).toMatchObject([{ host: "client" }]);
    expect(findings.filter(({ what }) => what === "traffic")).toMatchObject([{ state: "met" }]);
  });

  test("answer everything in one round trip each", async () => {
    await using testbed = await openTestbed({ kind: "file", path: await file() });
    const batches = new Map<string, number>();
    const counted = testbed.hosts.map(
      (host): Host => ({
        ...host,
        batch: (commands, options) => {
          batches.set(host.name, 1 + (batches.get(host.name) ?? 0));
          return host.batch(commands, options);
        },
        run: () => Promise.reject(new Error("a command of its own")),
        start: () => Promise.reject(new Error("a process of its own")),
      }),
    );
    const variants = [{ id: "rdma", experiment: system.experiments["rdma"], options: {} }];
    const { signal } = new AbortController();
    await examineTestbed(variants, { ...testbed, hosts: counted }, signal);
    expect(Object.fromEntries(batches)).toEqual({ client: 1, server: 1 });
  });
});
