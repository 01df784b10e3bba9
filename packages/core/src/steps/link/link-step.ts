import type { Command } from "../../command/command.js";
import type { Answer, Decision, Step } from "../../plan/step.js";
import { asRoot, impossible, noAnswer, notBefore } from "../decisions.js";
import { script } from "../script.js";
import { protectedNic, reachedScript } from "./nics.js";

/** One property of a NIC. */
export interface LinkProperty {
  readonly nic: string;
  /** Name of the property in the step's id. */
  readonly name: string;
  readonly title: string;
  readonly lifetime: "kept" | "scoped";
  readonly after?: string | undefined;
  /** Prints the state, `no such NIC` where there is none. */
  readonly check: Command;
  readonly probes?: readonly Command[];
  /** Decides on a NIC that is there. */
  decide(seen: string, answers: readonly Answer[]): Decision;
}

const rootScript = "id -u";

/** Makes the step of a property, which is refused where the NIC carries the host's own connections. */
export function linkStep(property: LinkProperty): Step {
  const { nic, name, title, lifetime, check, probes = [] } = property;
  return {
    id: `link:${nic}:${name}`,
    title,
    scope: "netns",
    lifetime,
    survives: "boot",
    check,
    probes: [script(reachedScript), script(rootScript), ...probes],
    decide: (seen, [reached, uid, ...answers]) => {
      if (seen.exitCode !== 0) return noAnswer(nic, seen);
      if (seen.stdout === "no such NIC\n") {
        const remedy = "take a name that `ip link` lists on the host";
        return notBefore(property.after, impossible(`there is no NIC ${nic}`, remedy));
      }
      const decision = property.decide(seen.stdout.trimEnd(), answers);
      if (decision.state !== "needed") return decision;
      const refused = protectedNic(nic, reached);
      if (refused !== undefined) return refused;
      return uid?.stdout.trim() === "0"
        ? decision
        : impossible(`only root can change ${nic}`, asRoot);
    },
  };
}
