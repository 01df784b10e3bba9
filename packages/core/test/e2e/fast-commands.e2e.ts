import { text } from "node:stream/consumers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Host } from "../../src/host/host.js";
import { openLocalTransport } from "../../src/host/local.js";
import { openHost } from "../../src/host/open-host.js";

let host: Host;
beforeEach(() => {
  const transport = openLocalTransport();
  host = openHost({ name: "here", machine: { id: "m" }, transport });
});
afterEach(() => host[Symbol.asyncDispose]());

/** Has this process do something else for as long as a short command takes. */
const beBusy = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);

/**
 * Starts something as Node.js is about to be told that another child has ended; it is then told of this
 * end as well, before it has read anything.
 */
async function asAnotherEnds<T>(start: () => T): Promise<T> {
  const other = host.start({ argv: ["true"] });
  await nextTurn();
  beBusy();
  await other;
  const started = start();
  beBusy();
  return started;
}

const print = (words: string) =>
  ["sh", "-c", 'printf %s "$1"; printf %s "$1" >&2', "sh", words] as const;

test("what a command printed is not lost when it ends before anybody reads", async () => {
  for (let round = 0; round < 5; round++) {
    const printed = `${round} ${"x".repeat(5000)}`;
    const running = await asAnotherEnds(() => ({ result: host.run({ argv: print(printed) }) }));
    const { stdout, stderr } = await running.result;
    expect({ stdout, stderr }).toEqual({ stdout: printed, stderr: printed });
  }
});

test("nor when more was printed than is read at once", async () => {
  const argv = ["sh", "-c", "seq 1 10000"] as const;
  const { result } = await asAnotherEnds(() => ({ result: host.run({ argv }) }));
  expect((await result).stdout.trimEnd().split("\n")).toHaveLength(10_000);
});

test("it can be read piece by piece", async () => {
  const { starting } = await asAnotherEnds(() => ({
    starting: host.start({ argv: print("text") }),
  }));
  const { stdout, stderr } = await starting;
  expect(await Promise.all([text(stdout), text(stderr)])).toEqual(["text", "text"]);
});

test("a command whose output nobody reads ends all the same", async () => {
  const { starting } = await asAnotherEnds(() => ({
    starting: host.start({ argv: print("text") }),
  }));
  const late = await host.start({ argv: ["sh", "-c", "sleep 0.2; echo late"] });
  for (const { exit } of [await starting, late]) expect((await exit).exitCode).toBe(0);
});
