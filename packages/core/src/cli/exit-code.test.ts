import { expect, test } from "vitest";
import type { TrialRecord } from "../result/record.js";
import { exitCodeOfRun } from "./exit-code.js";

type State = TrialRecord["verdict"]["state"];

test.each<{ states: State[]; code: number }>([
  { states: [], code: 1 },
  { states: ["valid"], code: 0 },
  { states: ["valid", "valid"], code: 0 },
  { states: ["suspect"], code: 5 },
  { states: ["suspect", "suspect"], code: 5 },
  { states: ["valid", "suspect"], code: 5 },
  { states: ["valid", "invalid"], code: 5 },
  { states: ["suspect", "invalid"], code: 5 },
  { states: ["invalid"], code: 1 },
  { states: ["invalid", "invalid"], code: 1 },
])("trials that are $states lead to $code", ({ states, code }) => {
  const trials = states.map(
    (state) => ({ verdict: { state, reasons: [] } }) as Partial<TrialRecord>,
  );
  expect(exitCodeOfRun({ trials: trials as TrialRecord[] })).toBe(code);
});

test("valid trials are a part when others were not run", () => {
  const trials = [{ verdict: { state: "valid", reasons: [] } }] as unknown as TrialRecord[];
  expect(exitCodeOfRun({ trials, notRun: [{ variant: "v", repetition: 2 }] })).toBe(5);
  expect(exitCodeOfRun({ trials: [], notRun: [{ variant: "v", repetition: 1 }] })).toBe(1);
});
