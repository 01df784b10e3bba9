import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Host } from "../../src/host/host.js";
import { endKept } from "../../src/testbed/kept/end.js";
import { keepTestbed } from "../../src/testbed/kept/keep.js";
import { findKept, keptHost, keptTestbeds } from "../../src/testbed/kept/list.js";
import { pidOf } from "../../src/testbed/kept/liveness.js";
import { directoryOf, keptDirectory } from "../../src/testbed/kept/place.js";
import { openTestbed } from "../../src/testbed/open-testbed.js";
import { bundledScript } from "./vm-bundled-script.js";

let state: string;
let holderProgram: string;
beforeAll(async () => {
  holderProgram = await bundledScript(
    "holder",
    'import { hold } from "#core/testbed/kept/hold.ts"; process.exit(await hold());',
  );
});
afterAll(() => rm(holderProgram));
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  vi.stubEnv("XDG_STATE_HOME", state);
});
afterEach(async () => {
  for (const { name } of await keptTestbeds()) await endKept(name);
  if (existsSync(keptDirectory())) expect(readdirSync(keptDirectory())).toEqual([]);
  await rm(state, { recursive: true, force: true });
});

const hosts = ["client", "server"] as const;
const keep = (name: string, more: { signal?: AbortSignal; program?: string } = {}) =>
  keepTestbed({
    name,
    system: "lab",
    spec: { kind: "netns", hosts },
    holderProgram: more.program ?? holderProgram,
    ...(more.signal === undefined ? {} : { signal: more.signal }),
  });

const running = (pid: number): boolean => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2, text.lastIndexOf(")") + 3) !== "Z";
  } catch {
    return false;
  }
};

/** Processes that run one of the holder programs. */
const holders = (): string[] =>
  readdirSync("/proc").filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(holderProgram);
    } catch {
      return false;
    }
  });

test("what is kept can be found, opened, left and taken down", async () => {
  const ledger = await keep("lab");
  const { mode } = await stat(directoryOf("lab"));
  expect(mode & 0o777).toBe(0o700);
  expect(await keptTestbeds()).toMatchObject([{ name: "lab", state: "open", ledger }]);
  for (let time = 0; time < 2; time++) {
    await using testbed = await openTestbed({ kind: "kept", name: "lab" });
    expect(testbed).toMatchObject({ kind: "netns", evidence: "namespace", links: ledger.links });
    const [client] = testbed.hosts;
    const { stdout } = await (client as Host).run({
      argv: ["ip", "-brief", "address", "show", "lab0"],
    });
    expect(stdout).toContain(ledger.links[0].ends[0].addresses[0]);
  }
  const pids = [ledger.holder, ...ledger.hosts.map((host) => host.process)].map(pidOf);
  expect(pids.map(running)).toEqual([true, true, true]);
  expect(await endKept("lab")).toBe(true);
  expect(pids.map(running)).toEqual([false, false, false]);
  expect(existsSync(directoryOf("lab"))).toBe(false);
  expect(await endKept("lab")).toBe(false);
});

test("more than two hosts are kept with their roles and all their links", async () => {
  const names = ["client-1", "client-2", "server-1"] as const;
  const spec = { kind: "netns", hosts: names } as const;
  await keepTestbed({ name: "lab", system: "lab", spec, holderProgram });
  await using testbed = await openTestbed({ kind: "kept", name: "lab" });
  expect(testbed.roles).toEqual({ client: ["client-1", "client-2"], server: ["server-1"] });
  expect(testbed.links).toHaveLength(3);
  const argv = ["ping", "-q", "-c", "1", "-W", "2", "10.77.0.3"] as const;
  const answers = await Promise.all(testbed.hosts.map((host) => host.run({ argv })));
  for (const { stdout } of answers) expect(stdout).toContain(" 1 received");
});

test("of two of one name at once, one wins and the other says so", async () => {
  const settled = await Promise.allSettled([keep("lab"), keep("lab")]);
  expect(settled.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const refused = settled.find((one) => one.status === "rejected");
  expect(refused?.reason).toMatchObject({
    code: "TESTBED_HELD",
    message: 'there is a testbed "lab" already',
    remedy: expect.stringContaining("testbed down --name lab"),
  });
  expect(holders()).toHaveLength(1);
});

test("a killed holder takes all along; its testbed is dead and can be taken down", async () => {
  const { holder, hosts: held } = await keep("lab");
  await using testbed = await openTestbed({ kind: "kept", name: "lab" });
  const lost = new Promise((resolve) => testbed.lost.addEventListener("abort", resolve));
  process.kill(pidOf(holder), "SIGKILL");
  await lost;
  expect(held.map((host) => running(pidOf(host.process)))).toEqual([false, false]);
  expect(await findKept("lab")).toMatchObject({ state: "dead" });
  await expect(keptHost("client", "lab")).rejects.toMatchObject({
    code: "TESTBED_LOST",
    remedy: expect.stringContaining("testbed down --name lab"),
  });
  expect(await endKept("lab")).toBe(true);
});

test("a testbed whose host is killed says that it is lost, and why", async () => {
  const { hosts: held } = await keep("lab");
  process.kill(pidOf(held[0]?.process ?? ""), "SIGKILL");
  await vi.waitFor(async () => {
    expect(await findKept("lab")).toMatchObject({
      state: "lost",
      ledger: { why: "a namespace host has ended" },
    });
  }, 20_000);
  await vi.waitFor(() => expect(holders()).toEqual([]), 20_000);
});

test("stopping it as it comes up leaves nothing, whenever that is", async () => {
  for (const ms of [0, 60, 120, 180, 240]) {
    const signal = AbortSignal.timeout(ms);
    const stopped = keep("lab", { signal });
    const code = await stopped.then(
      () => "open",
      (error: { code: string }) => error.code,
    );
    if (code === "open") await endKept("lab");
    else expect(code).toMatch(/^INTERRUPTED$/);
    expect(await findKept("lab")).toBeUndefined();
    await vi.waitFor(() => expect(holders()).toEqual([]), 20_000);
  }
});

test("a holder that dies as it comes up is told with its last words", async () => {
  const program = await bundledScript("bad-holder", 'throw new Error("no such luck");');
  await expect(keep("lab", { program })).rejects.toMatchObject({
    code: "TESTBED_LOST",
    message: expect.stringMatching(/exit status 1\).*no such luck/s),
  });
  expect(await findKept("lab")).toBeUndefined();
  await rm(program);
});

test.each(["", "../lab", "-lab", "a b", "x".repeat(33)])("%j is no name", async (name) => {
  await expect(keep(name)).rejects.toMatchObject({ code: "OPTIONS_INVALID" });
});
