import { z } from "zod";
import type { Answer, Decision, Step } from "../../plan/step.js";
import { impossible, notBefore, satisfied } from "../decisions.js";
import { linkStep } from "../link/link-step.js";
import { type LinkStepOptions, linkFields } from "../link/options.js";
import { checkStepOptions } from "../options.js";
import { script } from "../script.js";
import { type FlowRule, flowRuleSchema, ruleArguments, shownRule } from "./flow-rule.js";
import { deleteScript, insertScript, rulesScript } from "./flow-scripts.js";
import {
  type ExistingRule,
  type FlowRulePlan,
  freeLocations,
  planFlowRules,
} from "./plan-flow-rules.js";
import { otherNic, unsupportedWords } from "./settings-step.js";

const schema = z
  .strictObject({
    ...linkFields,
    rules: z.array(flowRuleSchema).min(1).readonly(),
    firstLocation: z.int().min(0).default(0),
  })
  .refine(({ rules }) => new Set(rules.map((rule) => matchOf(rule))).size === rules.length, {
    path: ["rules"],
    message: "has two rules for the same packets",
  });

const matchOf = ({ action, ...match }: FlowRule) => shownRule({ ...match, action: "drop" });

/** Steering rules of a NIC (n-tuple filters). */
export interface FlowSteeringStepOptions extends LinkStepOptions {
  readonly rules: readonly FlowRule[];
  /** The first rule's location; the others follow. Drivers have from some dozen to some thousand. @default 0 */
  readonly firstLocation?: number;
}

const none = "9999999999";

/**
 * Has a NIC steer flows to receive queues or drop them (`ethtool -N`). Rules that are there stay, and are
 * read back with `ethtool -u`: ethtool ends with 0 where a NIC refuses one. Features go first, as some
 * drivers forget all rules when `ntuple` is switched off. Throws OPTIONS_INVALID.
 */
export function flowSteeringStep(options: FlowSteeringStepOptions): Step {
  const given = checkStepOptions(schema, options, "flow steering");
  const { nic, lifetime, after, rules, firstLocation } = given;
  const end = firstLocation + rules.length;
  return linkStep({
    nic,
    name: `flow-steering:${firstLocation}`,
    title: `have ${nic} steer flows by ${rules.length} rules at ${firstLocation} to ${end - 1}`,
    lifetime,
    after,
    check: script(rulesScript, nic, String(firstLocation), String(end)),
    probes: [script(rulesScript, nic, "0", none), script(ringsScript, nic)],
    decide: (seen, [all, rings]) => {
      const words = unsupportedWords(seen);
      if (words !== undefined) {
        return impossible(`the driver of ${nic} has no steering rules: ${words}`, otherNic);
      }
      const existing = parseRules(all);
      const plan = planFlowRules(rules, { existing, firstLocation });
      return decide({ nic, after, rules, firstLocation, existing, rings, plan });
    },
  });
}

/** How many receive queues there are. */
const ringsScript = `LC_ALL=C ethtool -u "$1" 2>/dev/null | sed -n 's/^\\([0-9]*\\) RX rings available.*/\\1/p'`;

function parseRules(answer: Answer | undefined): readonly ExistingRule[] {
  return (answer?.stdout ?? "").split("\n").flatMap((line): ExistingRule[] => {
    const [, location, shown] = /^(\d+) (.*)$/.exec(line) ?? [];
    return shown === undefined ? [] : [{ location: Number(location), shown }];
  });
}

interface Question {
  readonly nic: string;
  readonly after: string | undefined;
  readonly rules: readonly FlowRule[];
  readonly firstLocation: number;
  readonly existing: readonly ExistingRule[];
  readonly rings: Answer | undefined;
  readonly plan: FlowRulePlan;
}

function decide(question: Question): Decision {
  const { nic, after, rules, firstLocation, existing, rings, plan } = question;
  if ("conflict" in plan) {
    const { conflict, why, wanted } = plan;
    const first = freeLocations(rules.length, existing);
    return impossible(
      `${nic} has another rule at ${conflict.location}, ${conflict.shown}, against ${wanted}`,
      why === "taken"
        ? `give firstLocation: ${first}, where ${rules.length} are free`
        : `delete it if nobody needs it: ethtool -N ${nic} delete ${conflict.location}`,
    );
  }
  if (plan.insert.length === 0) return satisfied;
  const queues = Number(rings?.stdout.trim() || Number.POSITIVE_INFINITY);
  const beyond = rules.find(({ action }) => action !== "drop" && action.queue >= queues);
  if (beyond !== undefined) {
    const reason = `${nic} has ${queues} receive queues, none for ${shownRule(beyond)}`;
    const remedy = "ask for more channels first, or for lower queues";
    return notBefore(after, impossible(reason, remedy));
  }
  const locations = plan.insert.map(({ location }) => String(location));
  return {
    state: "needed",
    wanted: rules.map((rule, index) => `${firstLocation + index} ${shownRule(rule)}\n`).join(""),
    actions: plan.insert.map(({ rule, location }) =>
      script(insertScript, nic, ...ruleArguments(rule, location)),
    ),
    undo: [script(deleteScript, nic, ...locations)],
    diff: plan.insert
      .map(({ rule, location }) => `${nic}: + rule ${location}: ${shownRule(rule)}`)
      .join("\n"),
  };
}
