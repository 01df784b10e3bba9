import { afterAll, expect, test } from "vitest";
import { openLocalTransport } from "../host/local.js";
import { openHost } from "../host/open-host.js";
import { scriptedHost } from "../testing/scripted-host.js";
import { askFacts, type Fact } from "./fact.js";

const local = openHost({ name: "node1", machine: { id: "one" }, transport: openLocalTransport() });
afterAll(() => local[Symbol.asyncDispose]());

const { signal } = new AbortController();
const parse = (text: string) => text.trim();
const parser = { name: "word", version: 1, parse, parseLines: () => Promise.resolve("") };
const fact = (...argv: readonly [string, ...string[]]): Fact<string> => {
  return { name: argv[0], argv, parser };
};

test("facts of a host take one round trip", async () => {
  const host = scriptedHost({ "uname -r": "6.1.0\n", nproc: "2\n" });
  const facts = { release: fact("uname", "-r"), cpus: fact("nproc") };
  expect(await askFacts(host, facts, signal)).toEqual({ release: "6.1.0", cpus: "2" });
  expect(host.batches).toHaveLength(1);
});

test("nothing is asked where there are no facts", async () => {
  const host = scriptedHost();
  expect(await askFacts(host, {}, signal)).toEqual({});
  expect(host.batches).toHaveLength(0);
});

test("a fact without an answer says why", async () => {
  const known = fact("uname", "-r");
  const failing = fact("sh", "-c", "echo gone >&2; exit 3");
  await expect(askFacts(local, { known, failing }, signal)).rejects.toMatchObject({
    code: "COMMAND_FAILED",
    message: expect.stringMatching(/exit status 3: gone/),
  });
  await expect(
    askFacts(local, { known, no: fact("no-such-program") }, signal),
  ).rejects.toMatchObject({
    code: "TOOL_MISSING",
    message: expect.stringContaining('"no-such-program"'),
  });
});
