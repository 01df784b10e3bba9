import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  hoststackError,
  openTestbed,
  type ProcessSpec,
  runSeries,
  type Testbed,
} from "../../src/index.js";
import { honest, type PingContext, pingLike } from "../support/ping-like.js";

const secret = "it's hunter2";
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

/** A series of which the client is another, with the secret among the options. */
const series = (name: string, client: Partial<ProcessSpec>, stop = new AbortController()) => {
  const facts = { remedy: `ask ${secret}`, details: { by: [secret] }, cause: new Error(secret) };
  const processes = (context: PingContext) =>
    honest(context).map((spec) => (spec.id === "client" ? { ...spec, ...client } : spec));
  return runSeries({
    system: { name: "lab", version: "1.0.0" },
    variants: [{ id: "one", experiment: pingLike(processes), options: { password: secret } }],
    repetitions: 1,
    testbed,
    directory: join(place, name),
    signal: stop.signal,
    secrets: [secret],
    onEvent: ({ kind }) => {
      if (kind !== "trial.begin" || name !== "ended") return;
      stop.abort(hoststackError("INTERRUPTED", `${secret} stopped it`, facts));
    },
  });
};

test("no secret is in a record, though a tool has printed it", async () => {
  const argv = ["sh", "-c", 'echo "login $1 failed" >&2; exit 1', "sh", secret] as const;
  const record = await series("printed", { argv });
  const text = await readFile(join(place, "printed", "run.json"), "utf8");
  expect(JSON.parse(text)).toEqual(record);
  expect(text).not.toContain("hunter2");
  expect(record.trials[0]?.error?.message).toContain("login *** failed");
  expect(record.variants[0]?.options).toEqual({ password: "***" });
});

test("nor in the error that ends a run, or in the record of that", async () => {
  const stop = new AbortController();
  const running = series("ended", {}, stop);
  const error = await running.catch((one: unknown) => one);
  expect(error).toMatchObject({
    code: "INTERRUPTED",
    message: "*** stopped it",
    remedy: "ask ***",
    details: { by: ["***"] },
  });
  expect((error as Error).cause).toBeUndefined();
  const text = await readFile(join(place, "ended", "run.json"), "utf8");
  expect(text).toContain("*** stopped it");
  expect(text).not.toContain("hunter2");
});
