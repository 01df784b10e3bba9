import type { Command } from "../command/command.js";
import { hoststackError } from "../errors/error.js";
import type { BatchResult } from "../host/batch.js";
import type { Host } from "../host/host.js";
import { type Place, parsePlace, placeCommand } from "./place.js";
import type { PlanOptions } from "./plan-options.js";
import type { Step } from "./step.js";

/** What a host answered to the questions of steps. */
export interface HostAnswers {
  readonly place: Place;
  /** The answer to a question of one of these steps. */
  to(question: Command): BatchResult;
}

const questionsOf = ({ check, probes = [] }: Step): readonly Command[] => [check, ...probes];

/**
 * Asks a host what steps ask, in one round trip; what several of them ask is asked once. Throws
 * COMMAND_FAILED when the host does not tell its place, and what `Host.batch` throws.
 */
export async function askHost(
  host: Host,
  steps: readonly Step[],
  options: PlanOptions,
): Promise<HostAnswers> {
  const unique = new Map(
    steps.flatMap(questionsOf).map((question) => [JSON.stringify(question), question]),
  );
  const [first, ...answers] = await host.batch([placeCommand, ...unique.values()], options);
  if (first === undefined || first.exitCode !== 0) {
    throw hoststackError("COMMAND_FAILED", `${host.name} did not tell its place`, {
      remedy: "plans need a Linux host with /proc, id and readlink",
      details: { host: host.name, stderr: first?.stderr },
    });
  }
  const answered = new Map([...unique.keys()].map((key, index) => [key, answers[index]]));
  return {
    place: parsePlace(host.name, first.stdout),
    to: (question) => {
      const answer = answered.get(JSON.stringify(question));
      if (answer === undefined) throw new TypeError(`no answer to ${question.argv.join(" ")}`);
      return answer;
    },
  };
}
