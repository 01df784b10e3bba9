import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import type { BatchCommand } from "../host/batch.js";
import type { Host } from "../host/host.js";
import type { Answer, Decision, Step } from "../plan/step.js";

/** A step on a host where it has something to do. */
export interface StepCase extends AsyncDisposable {
  readonly host: Host;
  readonly step: Step;
  readonly savedDirectory: string;
  /** Values of the step's options, none of which may be in the text of a script. */
  readonly words: readonly string[];
  /** Describes everything the step may touch, to be the same again after undo. */
  readonly surroundings?: () => Promise<string>;
}

/** Asks a host all questions of a step and lets it decide. */
export async function decideOn({
  host,
  step,
  savedDirectory,
}: Omit<StepCase, "words" | keyof AsyncDisposable>) {
  const ask = (command: BatchCommand): Promise<Answer> => answer(host, command);
  const seen = await ask(step.check);
  const answers = [];
  for (const probe of step.probes ?? []) answers.push(await ask(probe));
  const place = Object.freeze({ savedDirectory });
  const decision = step.decide(Object.freeze(seen), Object.freeze(answers), place);
  expect(step.decide(seen, answers, place)).toEqual(decision);
  return { seen, decision };
}

async function answer(host: Host, { stdin, ...command }: BatchCommand): Promise<Answer> {
  const options = { reject: false, deadlineMs: 300_000, ...(stdin === undefined ? {} : { stdin }) };
  const { exitCode, stdout, stderr } = await host.run(command, options);
  return { exitCode: exitCode ?? 255, stdout, stderr };
}

/** Runs commands as an engine would; throws what the first failing one said. */
export async function runAll(host: Host, commands: readonly BatchCommand[]): Promise<void> {
  for (const command of commands) {
    const { exitCode, stdout, stderr } = await answer(host, command);
    if (exitCode !== 0)
      throw new Error(`${command.argv[0]} ended with ${exitCode}: ${stderr}${stdout}`);
  }
}

/** Brings what a decision needs to the host, then acts. */
export async function act(host: Host, decision: Decision): Promise<void> {
  if (decision.state !== "needed") throw new Error(`nothing to do: ${JSON.stringify(decision)}`);
  for (const { localPath, hostPath } of decision.supplies ?? []) {
    await host.writeFile(hostPath, await readFile(localPath), 0o600);
  }
  await runAll(host, decision.actions);
}

/** The tests every step has to pass, run on a real host. Call it from a test file. */
export function stepContract(name: string, open: () => Promise<StepCase>): void {
  describe(`${name} keeps the step contract`, () => {
    test("does, recognises and undoes it", async () => {
      await using one = await open();
      const { host, step } = one;
      const before = await one.surroundings?.();
      const { seen, decision } = await decideOn(one);
      expect(seen.exitCode).toBe(0);
      if (decision.state !== "needed") throw new Error(JSON.stringify(decision));
      expect(await answer(host, step.check)).toEqual(seen);
      expect(decision.wanted).not.toBe(seen.stdout);
      expect(await one.surroundings?.()).toBe(before);

      await act(host, decision);
      expect((await answer(host, step.check)).stdout).toBe(decision.wanted);
      expect((await decideOn(one)).decision).toEqual({ state: "satisfied" });

      await runAll(host, decision.undo);
      expect(await answer(host, step.check)).toEqual(seen);
      expect(await one.surroundings?.()).toBe(before);
      await runAll(host, decision.undo);
      expect((await answer(host, step.check)).stdout).toBe(seen.stdout);
    });

    test("is data", async () => {
      await using one = await open();
      const { decision } = await decideOn(one);
      expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
      const { check, probes = [] } = one.step;
      expect(JSON.parse(JSON.stringify({ check, probes }))).toEqual({ check, probes });
      if (decision.state !== "needed") throw new Error(JSON.stringify(decision));
      for (const { argv } of [check, ...probes, ...decision.actions, ...decision.undo]) {
        const scripted = argv[0] === "sh" && argv[1] === "-c";
        for (const word of one.words) expect(scripted ? argv[2] : argv[0]).not.toContain(word);
      }
    });
  });
}
