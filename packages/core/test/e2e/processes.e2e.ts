import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { ProcessSpec } from "../../src/experiment/experiment.js";
import { type ProcessesContext, runProcesses } from "../../src/experiment/run-processes.js";
import type { Host } from "../../src/host/host.js";
import { openLocalTransport } from "../../src/host/local.js";
import { openHost } from "../../src/host/open-host.js";
import type { RunningProcess } from "../../src/host/transport.js";

let host: Host;
let directory: string;
/** Every process the host has started, to see that none is left. */
const started: RunningProcess[] = [];
beforeAll(() => {
  const real = openHost({ name: "here", machine: { id: "m" }, transport: openLocalTransport() });
  host = {
    ...real,
    run: real.run.bind(real),
    readFile: real.readFile.bind(real),
    writeFile: real.writeFile.bind(real),
    [Symbol.asyncDispose]: () => real[Symbol.asyncDispose](),
    name: "here",
    start: async (command, options) => {
      // a host that is slow to start one kind of program
      if (command.argv.includes("slowly")) await sleep(400);
      const process = await real.start(command, options);
      started.push(process);
      return process;
    },
  };
});
afterAll(() => host[Symbol.asyncDispose]());
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  started.length = 0;
});
afterEach(async () => {
  // whatever happened, everything that was started has ended by now
  const ends = Promise.all(started.map((process) => process.exit)).then(() => "ended");
  expect(await Promise.race([ends, sleep(300, "left behind")])).toBe("ended");
  await rm(directory, { recursive: true, force: true });
});

const context = (signal = new AbortController().signal): ProcessesContext => ({
  directory,
  host: () => host,
  onLine: () => {},
  signal,
});

const shell = (id: string, script: string, more: Partial<ProcessSpec> = {}): ProcessSpec => ({
  id,
  host: "here",
  argv: ["sh", "-c", script],
  ends: "itself",
  deadlineMs: 20_000,
  ...more,
});

const failureOf = async (specs: ProcessSpec[]) => {
  const { failure } = await runProcesses(specs, context());
  return `${failure?.code}: ${failure?.message}`;
};

test("a process past its deadline has failed even if it then exits 0", async () => {
  const calm = 'trap "exit 0" TERM; sleep 30 & wait';
  expect(await failureOf([shell("a", calm, { deadlineMs: 500 })])).toContain(
    "PROCESS_DIED: a on here passed its deadline of 0.5 s",
  );
});

test("a server that does not end by SIGINT has failed", async () => {
  const deaf = shell("server", 'trap "" INT; echo up; while :; do sleep 0.1; done', {
    ready: { kind: "output", pattern: /up/ },
    ends: "stopped",
  });
  expect(await failureOf([deaf, shell("client", "sleep 0.2", { after: ["server"] })])).toContain(
    "PROCESS_DIED: server on here was ended by SIGKILL",
  );
}, 15_000);

test("a server that crashes when it is stopped has failed", async () => {
  const crashing = shell(
    "server",
    'trap "kill -SEGV $$" INT; echo up; while :; do sleep 0.1; done',
    {
      ready: { kind: "output", pattern: /up/ },
      ends: "stopped",
    },
  );
  expect(await failureOf([crashing, shell("client", "true", { after: ["server"] })])).toContain(
    "SIGSEGV",
  );
});

test("a server that prints its totals on SIGINT is as planned", async () => {
  const tidy = shell(
    "server",
    'trap "echo total 5; exit 0" INT; echo up; while :; do sleep 0.1; done',
    {
      ready: { kind: "output", pattern: /up/ },
      ends: "stopped",
    },
  );
  const { failure, outputs, records } = await runProcesses(
    [shell("client", "echo hello", { after: ["server"] }), tidy],
    context(),
  );
  expect(failure).toBeUndefined();
  expect(await readFile(outputs.of("server").stdout.path, "utf8")).toBe("up\ntotal 5\n");
  expect(records.find((one) => one.id === "server")).toMatchObject({ stopped: true, exitCode: 0 });
});

test("an end before readiness is told at once, with the process's words", async () => {
  const done = shell("a", "echo nothing to serve", { ready: { kind: "output", pattern: /up/ } });
  expect(await failureOf([done])).toContain(
    "a on here ended before it was ready, saying: nothing to serve",
  );
});

test("a process still starting when another fails does not live on", async () => {
  const slow = shell("slow", "sleep 30", { argv: ["sh", "-c", "sleep 30", "slowly"] });
  expect(await failureOf([slow, shell("quick", "exit 3")])).toContain("quick on here ended early");
  await sleep(600);
  expect(started.length).toBeGreaterThan(0);
});

test("a program that is not there is named", async () => {
  const missing = shell("a", "", { argv: ["no-such-program"] });
  expect(await failureOf([missing])).toMatch(
    /PROCESS_DIED: a on here .* saying: .*no-such-program/,
  );
});

test.each([
  { when: "while starting", words: ["slowly"], afterMs: 100 },
  { when: "while becoming ready", words: [], afterMs: 400 },
])("an abort $when ends everything and throws its reason", async ({ words, afterMs }) => {
  const controller = new AbortController();
  const reason = new Error("stop");
  setTimeout(() => controller.abort(reason), afterMs);
  const spec = shell("a", "", {
    argv: ["sh", "-c", "sleep 30", ...words],
    ready: { kind: "output", pattern: /never/ },
  });
  const beganMs = performance.now();
  await expect(runProcesses([spec], context(controller.signal))).rejects.toBe(reason);
  expect(performance.now() - beganMs).toBeLessThan(5000);
});

test("an abort while a server is being stopped throws its reason", async () => {
  const controller = new AbortController();
  const reason = new Error("stop");
  const deaf = shell("server", 'trap "" INT; echo up; while :; do sleep 0.1; done', {
    ready: { kind: "output", pattern: /up/ },
    ends: "stopped",
  });
  setTimeout(() => controller.abort(reason), 1000);
  const specs = [deaf, shell("client", "true", { after: ["server"] })];
  await expect(runProcesses(specs, context(controller.signal))).rejects.toBe(reason);
});

test("files of one name from two places are both collected, whole", async () => {
  const [one, two] = [join(directory, "one"), join(directory, "two")];
  const script = `mkdir "${one}" "${two}"; echo 1 > "${one}/out"; head -c 3000000 /dev/zero > "${two}/out"`;
  const spec = shell("a", script, { collects: [`${one}/out`, `${two}/out`] });
  const { outputs, failure } = await runProcesses([spec], context());
  expect(failure).toBeUndefined();
  const files = outputs.of("a").files;
  expect(await readFile(files.get(`${one}/out`)?.path ?? "", "utf8")).toBe("1\n");
  expect(await files.get(`${two}/out`)?.sizeBytes()).toBe(3_000_000);
});

test("a file that was not left fails the trial, by its name", async () => {
  expect(await failureOf([shell("a", "true", { collects: ["/nowhere/log"] })])).toContain(
    "PROCESS_DIED: a left no readable file /nowhere/log on here",
  );
});

test("output that cannot be written ends the process and says so", async () => {
  await rm(directory, { recursive: true });
  const endless = shell("a", "while :; do echo more; done");
  await expect(runProcesses([endless], context())).rejects.toMatchObject({
    code: "OUTPUT_UNWRITABLE",
  });
});

test("two processes of one name are refused", async () => {
  const twice = [shell("a", "true"), shell("a", "true")];
  await expect(runProcesses(twice, context())).rejects.toMatchObject({ code: "OPTIONS_INVALID" });
});
