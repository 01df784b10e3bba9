import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import type { Command } from "../command/command.js";
import type { BatchCommand } from "../host/batch.js";
import type { Host } from "../host/host.js";
import type { Decision, Step } from "../plan/step.js";

/** Packages take their time. */
const deadlineMs = 300_000;

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

/** Asks a host all questions of a step in one round trip and lets it decide, twice the same. */
export async function decideOn(one: Pick<StepCase, "host" | "savedDirectory" | "step">) {
  const { host, step, savedDirectory } = one;
  const [seen, ...answers] = await host.batch([step.check, ...(step.probes ?? [])], { deadlineMs });
  if (seen === undefined) throw new Error(`no answer to the check of ${step.id}`);
  const place = Object.freeze({ savedDirectory });
  const decision = step.decide(Object.freeze(seen), Object.freeze(answers), place);
  expect(step.decide(seen, answers, place)).toEqual(decision);
  return { seen: seen.stdout, decision };
}

async function stateOf({ host, step }: Pick<StepCase, "host" | "step">): Promise<string> {
  const [seen] = await host.batch([step.check], { deadlineMs });
  expect(seen?.exitCode).toBe(0);
  return seen?.stdout ?? "";
}

/** Runs commands as an engine would; throws what the first failing one said. */
export async function runAll(host: Host, commands: readonly BatchCommand[]): Promise<void> {
  if (commands.length === 0) return;
  const results = await host.batch(commands, { deadlineMs, stopOnFailure: true });
  const failed = results.find(({ exitCode }) => exitCode !== 0);
  if (failed === undefined) return;
  throw new Error(`${failed.command.argv[0]} ended with ${failed.exitCode}: ${failed.stderr}`);
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
      const { host } = one;
      const before = await one.surroundings?.();
      const { seen, decision } = await decideOn(one);
      if (decision.state !== "needed") throw new Error(JSON.stringify(decision));
      expect(await stateOf(one)).toBe(seen);
      expect(decision.wanted).not.toBe(seen);
      expect(await one.surroundings?.()).toBe(before);

      await act(host, decision);
      expect(await stateOf(one)).toBe(decision.wanted);
      expect((await decideOn(one)).decision).toEqual({ state: "satisfied" });

      // Once more as well: whoever acts or undoes may be interrupted.
      for (let times = 0; times < 2; times++) {
        await runAll(host, decision.undo);
        expect(await stateOf(one)).toBe(seen);
        expect(await one.surroundings?.()).toBe(before);
      }
    });

    test("is data", async () => {
      await using one = await open();
      const { decision } = await decideOn(one);
      expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
      const { check, probes = [] } = one.step;
      expect(JSON.parse(JSON.stringify({ check, probes }))).toEqual({ check, probes });
      const changes = decision.state === "needed" ? [...decision.actions, ...decision.undo] : [];
      expect(changes).not.toEqual([]);
      const constant = [check, ...probes, ...changes].map(constantPart);
      for (const word of one.words) for (const text of constant) expect(text).not.toContain(word);
    });
  });
}

/** The script a shell is given, else the program. */
function constantPart({ argv }: Command): string {
  const [file, flag, text] = argv;
  return file === "sh" && flag === "-c" ? (text ?? "") : file;
}
