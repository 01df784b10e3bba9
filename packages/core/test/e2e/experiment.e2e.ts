import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isHoststackError } from "@hoststack/tools";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  hoststackError,
  openTestbed,
  type ProcessSpec,
  runExperiment,
  runSeries,
  type SeriesRequest,
  type Testbed,
} from "../../src/index.js";
import { honest, pingLike } from "../support/ping-like.js";

let testbed: Testbed;
let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  testbed = await openTestbed({ kind: "netns", hosts: ["client", "server"] });
});
afterAll(async () => {
  await testbed[Symbol.asyncDispose]();
  await rm(place, { recursive: true, force: true });
});

const run = (experiment: ReturnType<typeof pingLike>, name: string, signal?: AbortSignal) =>
  runExperiment(
    experiment,
    {},
    { testbed, directory: join(place, name), ...(signal ? { signal } : {}) },
  );

const failure = (running: Promise<unknown>): Promise<{ code: string; message: string }> =>
  running.then(
    () => {
      throw new Error("it did not fail");
    },
    (error: unknown) => {
      if (!isHoststackError(error)) throw error;
      return error;
    },
  );

test("a trial holds its figure, window, CPU use by machine, counters, clocks and raw outputs", async () => {
  const trial = await run(pingLike(honest), "honest");
  // others may keep this computer busy
  expect(trial.verdict.reasons.filter(({ rule }) => rule !== "host.busy")).toEqual([]);
  expect(trial.result).toEqual({ received: 3 });
  expect(trial.window).toMatchObject({ source: "the test itself" });
  if (!Array.isArray(trial.cpu)) throw new Error("no CPU use");
  // two namespaces are one machine: one figure, with both names on it
  expect(trial.cpu.map((use) => use.hosts)).toEqual([["client", "server"]]);
  expect(trial.counters.some(({ name }) => name === "nic.lab0.rxBytes")).toBe(true);
  expect(trial.clocks.map(({ host }) => host)).toEqual(["client", "server"]);
  const client = trial.processes.find(({ id }) => id === "client");
  expect(client).toMatchObject({ exitCode: 0, stopped: false });
  const raw = await readFile(join(trial.directory, client?.files[0] ?? ""), "utf8");
  expect(raw).toContain("3 packets transmitted");
});

test("run.json passes the shipped JSON Schema, and a broken record does not", async () => {
  const schema = JSON.parse(
    await readFile(new URL("../../schema/run.schema.json", import.meta.url), "utf8"),
  );
  const record = JSON.parse(await readFile(join(place, "honest", "run.json"), "utf8"));
  const validate = new Ajv2020({ strict: false }).compile(schema);
  expect(validate(record), JSON.stringify(validate.errors)).toBe(true);
  expect(record.state).toBe("completed");
  expect(validate({ ...record, trials: [{ variant: "x" }] })).toBe(false);
});

test("the run directory tells every command of each host, and who started it", async () => {
  const text = await readFile(join(place, "honest", "transcript", "client.ndjson"), "utf8");
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const start = lines.find(({ argv }) => argv?.join(" ").includes("ping -q"));
  expect(start).toMatchObject({ host: "client", how: "start", pid: expect.any(Number) });
  const ends = lines.filter(({ id, argv }) => id === start.id && argv === undefined);
  expect(ends).toMatchObject([{ how: "start", exitCode: 0, ms: expect.any(Number) }]);
});

test("a server that dies early fails the trial with its own words", async () => {
  const dying = pingLike((context) => {
    const [server, client] = honest(context) as [ProcessSpec, ProcessSpec];
    const argv = ["sh", "-c", "echo serving; sleep 0.2; echo 'no such device' >&2; exit 7"];
    return [{ ...server, argv }, client];
  });
  const { code, message } = await failure(run(dying, "dying"));
  expect(code).toBe("TRIAL_INVALID");
  expect(message).toMatch(
    /server on server ended early with exit status 7, saying: no such device/,
  );
});

test("a process that never gets ready and dies says so instead of timing out", async () => {
  const never = pingLike((context) => {
    const [server, client] = honest(context) as [ProcessSpec, ProcessSpec];
    return [{ ...server, argv: ["sh", "-c", "echo 'address in use'; exit 1"] }, client];
  });
  const { message } = await failure(run(never, "never"));
  expect(message).toContain("address in use");
});

test("a process past its deadline is killed on its host, with its children", async () => {
  const marker = "86399.5";
  const slow = pingLike((context) => {
    const [server, client] = honest(context) as [ProcessSpec, ProcessSpec];
    const argv = ["sh", "-c", `sleep ${marker} & wait`];
    return [server, { ...client, argv, deadlineMs: 1000 }];
  });
  const { message } = await failure(run(slow, "slow"));
  expect(message).toContain("passed its deadline of 1 s");
  const host = testbed.hosts[0];
  const left = await host?.run(
    {
      argv: [
        "sh",
        "-c",
        'grep -ls "$1" /proc/[0-9]*/cmdline | grep -v "/$$/"',
        "sh",
        `slee[p].${marker}`,
      ],
    },
    { reject: false },
  );
  expect(left?.stdout).toBe("");
});

test("a figure the experiment condemns is thrown, not returned", async () => {
  const reason = { state: "invalid", rule: "test", text: "the flow carried nothing" } as const;
  const { code, message } = await failure(
    run(
      pingLike(honest, () => [reason]),
      "condemned",
    ),
  );
  expect(code).toBe("TRIAL_INVALID");
  expect(message).toContain("the flow carried nothing");
});

test("processes that wait for each other are refused", async () => {
  const circle = pingLike((context) => {
    const [server, client] = honest(context) as [ProcessSpec, ProcessSpec];
    return [{ ...server, after: ["client"] }, client];
  });
  expect((await failure(run(circle, "circle"))).code).toBe("OPTIONS_INVALID");
});

const series = (name: string, more: Partial<SeriesRequest>): SeriesRequest => ({
  system: { name: "test", version: "0" },
  variants: [{ id: "v", experiment: pingLike(honest), options: { seconds: 1 } }],
  repetitions: 1,
  testbed,
  directory: join(place, name),
  signal: new AbortController().signal,
  ...more,
});

test.each([
  { what: "no headline", samples: [], words: "the outputs hold no received" },
  { what: "a headline of 0", samples: [0], words: "received is 0" },
  { what: "a headline that is no number", samples: [Number.NaN], words: "received is NaN" },
])("$what makes a trial invalid and the run goes on", async ({ what, samples, words }) => {
  const made = samples.map(
    (value) => ({ metric: "received", value, unit: "count", better: "higher" }) as const,
  );
  const experiment = { ...pingLike(honest), samples: () => made };
  const variants = [{ id: "v", experiment, options: { seconds: 1 } }];
  const record = await runSeries(series(what.replaceAll(" ", "-"), { variants, repetitions: 2 }));
  expect(record.state).toBe("completed");
  expect(record.trials.map((trial) => trial.verdict.state)).toEqual(["invalid", "invalid"]);
  expect(record.trials[0]?.verdict.reasons[0]?.text).toContain(words);
});

test("variants of one name, and none at all, are refused before anything is made", async () => {
  const [variant] = series("x", {}).variants;
  if (variant === undefined) throw new Error("a series has a variant");
  for (const variants of [[variant, variant], []]) {
    const { code } = await failure(runSeries(series("refused", { variants })));
    expect(code).toBe("OPTIONS_INVALID");
  }
  await expect(access(join(place, "refused"))).rejects.toThrow();
});

test("a testbed that is lost ends the run with its own error", async () => {
  const lost = new AbortController();
  const gone = hoststackError("GUEST_FAILED", "the guest is gone");
  setTimeout(() => lost.abort(gone), 1200);
  const { code, message } = await failure(
    runSeries(series("lost", { testbed: { ...testbed, lost: lost.signal }, repetitions: 50 })),
  );
  expect(`${code}: ${message}`).toBe("GUEST_FAILED: the guest is gone");
  const record = JSON.parse(await readFile(join(place, "lost", "run.json"), "utf8"));
  expect(record).toMatchObject({ state: "failed", error: { code: "GUEST_FAILED" } });
});

test("a failed trial keeps what was seen of it", async () => {
  const dying = pingLike((context) => {
    const [server, client] = honest(context) as [ProcessSpec, ProcessSpec];
    return [server, { ...client, argv: ["sh", "-c", "echo begin; exit 4"] }];
  });
  const variants = [{ id: "v", experiment: dying, options: { seconds: 1 } }];
  const record = await runSeries(series("kept", { variants }));
  const [trial] = record.trials;
  expect(trial?.error?.code).toBe("PROCESS_DIED");
  expect(trial?.processes.find(({ id }) => id === "client")).toMatchObject({ exitCode: 4 });
  expect(trial?.clocks).toHaveLength(2);
});

test("an interrupted run says so in its record and keeps what it had", async () => {
  const controller = new AbortController();
  const directory = join(place, "interrupted");
  const experiment = pingLike(honest);
  const variant = { id: "v", experiment, options: { seconds: 1 } };
  const reason = new Error("stop");
  const running = runSeries({
    system: { name: "test", version: "0" },
    variants: [variant],
    repetitions: 3,
    testbed,
    directory,
    signal: controller.signal,
    onTrial: () => setTimeout(() => controller.abort(reason), 300),
  });
  await expect(running).rejects.toBe(reason);
  const record = JSON.parse(await readFile(join(directory, "run.json"), "utf8"));
  expect(record.state).toBe("interrupted");
  expect(record.trials).toHaveLength(1);
});

test("repetitions are interleaved between variants", async () => {
  const experiment = pingLike(honest);
  const variants = ["a", "b"].map((id) => ({ id, experiment, options: { seconds: 1 } }));
  const record = await runSeries(series("interleaved", { variants, repetitions: 2 }));
  expect(record.trials.map(({ variant, repetition }) => `${variant}${repetition}`)).toEqual([
    "a1",
    "b1",
    "a2",
    "b2",
  ]);
  // others may keep this computer busy, and then a trial is no part of the median
  const row = (variant: string) => {
    const own = record.trials.filter((trial) => trial.variant === variant);
    const valid = own.filter(({ verdict }) => verdict.state === "valid").length;
    return { variant, trials: 2, valid, ...(valid > 0 ? { median: 3 } : {}) };
  };
  expect(record.summary).toMatchObject([row("a"), row("b")]);
});
