import { expect, test } from "vitest";
import { askingOf } from "./asking.js";
import { secretsOf } from "./secrets.js";

test("asks once, for all who ask the same at the same time", async () => {
  const asked: string[] = [];
  const ask = async ({ text }: { text: string }) => {
    asked.push(text);
    return `answer ${asked.length}`;
  };
  const [one, two] = await Promise.all([
    secretsOf(ask).get("a", "A?"),
    secretsOf(ask).get("a", "A again?"),
  ]);
  expect([one, two, asked]).toEqual(["answer 1", "answer 1", ["A?"]]);
  await secretsOf(ask).forget("a", "another");
  expect(await secretsOf(ask).get("a", "A?")).toBe("answer 1");
  await secretsOf(ask).forget("a", "answer 1");
  expect(await secretsOf(ask).get("a", "A?")).toBe("answer 2");
  expect(await secretsOf(async () => "stranger").get("a", "A?")).toBe("stranger");
});

test("a refused question is over for that login, not for the next", async () => {
  let times = 0;
  const ask = async () => {
    times++;
    if (times === 1) throw new Error("refused");
    return "answer";
  };
  const clock: string[] = [];
  const pause = () => {
    clock.push("pause");
    return () => clock.push("run");
  };
  const login = askingOf(ask, pause);
  await expect(login.secrets?.get("a", "A?")).rejects.toThrow("refused");
  await expect(login.secrets?.get("b", "B?")).rejects.toThrow("refused");
  expect(login.refusal()).toMatchObject({ message: "refused" });
  expect(clock).toEqual(["pause", "run"]);
  expect(await askingOf(ask, pause).secrets?.get("a", "A?")).toBe("answer");
});
