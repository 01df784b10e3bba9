import { expect, test } from "vitest";
import { compare } from "./compare.js";

test("runs both sides once unmeasured, then in pairs, the first of a pair in turn", async () => {
  const calls: string[] = [];
  const side = (name: string) => () => {
    calls.push(name);
    const disposed = () => Promise.resolve(void calls.push(`${name} gone`));
    return Promise.resolve({ [Symbol.asyncDispose]: disposed });
  };
  const { pairs } = await compare({ name: "a : b", ours: side("a"), peer: side("b"), pairs: 2 });
  const once = (name: string) => [name, `${name} gone`];
  expect(pairs).toBe(2);
  expect(calls).toEqual(["a", "b", "a", "b", "b", "a"].flatMap(once));
});

test("prepares a side each time before it", async () => {
  const calls: string[] = [];
  const call = (name: string) => (): Promise<undefined> => {
    calls.push(name);
    return Promise.resolve(undefined);
  };
  const before = { peer: async () => await call("ready")() };
  const sides = { ours: call("a"), peer: call("b") };
  await compare({ name: "a", ...sides, before, pairs: 1 });
  expect(calls).toEqual(["a", "ready", "b", "a", "ready", "b"]);
});

test("holds a bar only where there is one", async () => {
  const side = () => Promise.resolve(undefined);
  const free = await compare({ name: "free", ours: side, peer: side, pairs: 1 });
  const barred = await compare({ name: "barred", ours: side, peer: side, pairs: 1, atMost: 0 });
  expect([free.passed, barred.passed]).toEqual([true, false]);
  expect(barred.atMost).toBe(0);
  expect(free).not.toHaveProperty("atMost");
});

test("measures nothing of a side that fails", async () => {
  const fails = () => Promise.reject(new Error("the peer is broken"));
  const ours = () => Promise.resolve(undefined);
  await expect(compare({ name: "broken", ours, peer: fails })).rejects.toThrow("is broken");
});
