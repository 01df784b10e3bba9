import { type EthtoolFeatures, ethtoolFeaturesParser } from "@hoststack/tools";
import type { Answer, Decision } from "../../plan/step.js";
import { type Impossible, impossible, satisfied } from "../decisions.js";
import { script } from "../script.js";
import { dependencies, type FeatureName } from "./feature-names.js";
import { undoScript } from "./settings-script.js";
import { asWord, otherNic, unsupportedWords } from "./settings-step.js";

type Feature = EthtoolFeatures["features"][string];

/** One of ethtool's short names, or a feature. */
export interface WantedOffload {
  readonly name: string;
  readonly on: boolean;
  readonly members: readonly FeatureName[];
}

interface Question {
  readonly nic: string;
  readonly wanted: readonly WantedOffload[];
  /** What the check printed, one line for each member that the kernel knows. */
  readonly seen: string;
  /** All of `ethtool -k`. */
  readonly listing: Answer | undefined;
}

/** A feature to set. */
interface Change {
  readonly label: string;
  readonly parameter: string;
  readonly on: boolean;
  /** What was asked of the kernel before, which is what undo asks again. */
  readonly before: boolean;
}

/** Decides on what `ethtool -k` shows. */
export function decideOffloads({ nic, wanted, seen, listing }: Question): Decision {
  const words = unsupportedWords(seen);
  if (words !== undefined) return impossible(`${nic} tells no offloads: ${words}`, otherNic);
  const { features } = ethtoolFeaturesParser.parse(listing?.stdout ?? "");
  const obstacle = firstOf(wanted, (one) => obstacleTo(nic, one, features));
  if (obstacle !== undefined) return obstacle;
  if (wanted.every((one) => isSatisfied(one, features))) return satisfied;
  const changes = wanted.flatMap((one) => changesFor(one, features));
  const refused = contradiction(nic, wanted, afterwards(features, changes));
  if (refused !== undefined) return refused;
  return {
    state: "needed",
    wanted: wantedText(seen, changes),
    actions: [
      { argv: ["ethtool", "-K", nic, ...changes.flatMap((c) => [c.parameter, asWord(c.on)])] },
    ],
    undo: [
      script(undoScript, "-K", nic, ...changes.flatMap((c) => [c.parameter, asWord(c.before)])),
    ],
    diff: [
      ...changes.map(
        (c) => `${nic}: ${c.label} ${asWord(features[c.label]?.on ?? false)} -> ${asWord(c.on)}`,
      ),
      ...dragged(features, changes).map((one) => `${nic}: ${one} -> off as well, by the kernel`),
    ].join("\n"),
  };
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

type Features = Readonly<Record<string, Feature>>;

const known = ({ members }: WantedOffload, features: Features) =>
  members.flatMap(([label, parameter]) => {
    const feature = features[label];
    return feature === undefined ? [] : [{ label, parameter, ...feature }];
  });

function isSatisfied(one: WantedOffload, features: Features): boolean {
  return known(one, features).some(({ on }) => on) === one.on;
}

function obstacleTo(nic: string, one: WantedOffload, features: Features): Impossible | undefined {
  const members = known(one, features);
  if (members.length === 0) {
    return impossible(`${nic} has no offload ${one.name} that its kernel knows`, otherNic);
  }
  if (isSatisfied(one, features)) return undefined;
  const held = one.on
    ? members.every(({ fixed }) => fixed) && members
    : members.filter(({ on, fixed }) => on && fixed);
  if (held === false || held.length === 0) return undefined;
  const names = held.map(({ label }) => label).join(", ");
  return impossible(
    `${nic} cannot switch ${one.name} ${asWord(one.on)}: its driver holds ${names} ${asWord(!one.on)} [fixed]`,
    otherNic,
  );
}

/** Where all that is asked for holds already, nothing is set; otherwise also what would come on by itself. */
function changesFor(one: WantedOffload, features: Features): readonly Change[] {
  const members = known(one, features).filter(({ fixed }) => !fixed);
  if (one.on && isSatisfied(one, features)) return [];
  // The kernel takes either one checksum for all protocols or those of each.
  const generic = members.some(({ label }) => label === "tx-checksum-ip-generic");
  const chosen = members.filter(
    ({ label }) => !(one.on && generic && /^tx-checksum-ipv[46]$/.test(label)),
  );
  return chosen
    .filter(({ on, requested = on }) => on !== one.on || requested !== one.on)
    .map(({ label, parameter, on, requested = on }) => ({
      label,
      parameter,
      on: one.on,
      before: requested,
    }));
}

function afterwards(features: Features, changes: readonly Change[]): Features {
  const set = changes.map(({ label, on }): [string, Feature] => [label, { on, fixed: false }]);
  return { ...features, ...Object.fromEntries(set) };
}

const isOn = (features: Features) => (label: string) => features[label]?.on === true;

/** Features that are on although what they need is off. */
function unkept(features: Features) {
  return dependencies.filter(
    ({ dependent, anyOf }) => isOn(features)(dependent) && !anyOf.some(isOn(features)),
  );
}

function contradiction(nic: string, wanted: readonly WantedOffload[], after: Features) {
  for (const { dependent, needs } of unkept(after)) {
    const one = wanted.find(
      ({ on, members }) => on && members.some(([label]) => label === dependent),
    );
    if (one === undefined) continue;
    return impossible(
      `${nic} would not keep ${one.name} on: it needs ${needs}, which is off`,
      `ask for ${needs} as well, or leave ${one.name} off`,
    );
  }
  return undefined;
}

/** Features that were not asked for and go off because of the changes. */
function dragged(features: Features, changes: readonly Change[]): readonly string[] {
  const after = unkept(afterwards(features, changes)).map(({ dependent }) => dependent);
  return [...new Set(after)];
}

function wantedText(seen: string, changes: readonly Change[]): string {
  return seen
    .split("\n")
    .map((line) => {
      const change = changes.find(({ label }) => line.startsWith(`${label}: `));
      return change === undefined ? `${line}\n` : `${change.label}: ${asWord(change.on)}\n`;
    })
    .join("");
}
