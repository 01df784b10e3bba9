import type { Answer, Decision, Step } from "../../plan/step.js";
import { type Impossible, impossible, satisfied } from "../decisions.js";
import { linkStep } from "../link/link-step.js";
import { script } from "../script.js";
import { listingScript, settingsScript, undoScript, unknownScript } from "./settings-script.js";

/** A value of one of ethtool's parameters. */
export interface WantedSetting {
  /** As ethtool prints it: `RX Mini`. */
  readonly label: string;
  /** As ethtool takes it: `rx-mini`. */
  readonly parameter: string;
  readonly value: string;
}

/** The fields of every step about a NIC, once checked. */
interface CheckedNic {
  readonly nic: string;
  readonly lifetime: "kept" | "scoped";
  readonly after?: string | undefined;
}

/** Settings of a NIC that `ethtool` shows with one flag and sets with another. */
export interface NicSettings {
  readonly options: CheckedNic;
  /** Of the step's id: `rings`. */
  readonly name: string;
  /** For people: `ring sizes`. */
  readonly title: string;
  readonly show: string;
  readonly set: string;
  readonly wanted: readonly WantedSetting[];
  /** What undo cannot bring back. */
  readonly irreversible: readonly string[];
  /** Parameters that older versions of ethtool do not take. */
  readonly recent?: readonly string[];
  /** What stands against values that are to change, by all that `show` prints. */
  readonly refuse?: (changed: readonly WantedSetting[], listing: string) => Impossible | undefined;
}

/** Makes the step. Settings that were not asked for are neither looked at nor set. */
export function nicSettingsStep(settings: NicSettings): Step {
  const { options, name, title, show, wanted } = settings;
  const { nic, lifetime, after } = options;
  const labels = wanted.map(({ label }) => label);
  const recent = (settings.recent ?? []).filter((one) =>
    wanted.some(({ parameter }) => parameter === one),
  );
  const values = wanted.map(({ parameter, value }) => `${parameter} ${value}`).join(" ");
  return linkStep({
    nic,
    name,
    title: `set the ${title} of ${nic} to ${values}`,
    lifetime,
    after,
    check: script(settingsScript, nic, show, ...labels),
    probes: [script(listingScript, nic, show), script(unknownScript, ...recent)],
    decide: (seen, [listing, unknown]) => decide(settings, { seen, listing, unknown }),
  });
}

interface Answers {
  readonly seen: string;
  readonly listing: Answer | undefined;
  readonly unknown: Answer | undefined;
}

function decide(settings: NicSettings, { seen, listing, unknown }: Answers): Decision {
  const { options, title, set, wanted } = settings;
  const { nic } = options;
  const words = unsupportedWords(seen);
  if (words !== undefined) {
    return impossible(`the driver of ${nic} has no ${title}: ${words}`, otherNic);
  }
  const now = currentSettings(seen);
  const missing = wanted.filter(({ label }) => (now.get(label) ?? "n/a") === "n/a");
  if (missing.length > 0) {
    const names = missing.map(({ parameter }) => parameter).join(", ");
    return impossible(`the driver of ${nic} has no ${names} among its ${title}`, otherNic);
  }
  const changed = wanted.filter(({ label, value }) => now.get(label) !== value);
  if (changed.length === 0) return satisfied;
  const old = unknown?.stdout.trim() ?? "";
  if (old !== "") return impossible(`the host's ethtool cannot set ${old}`, "install a newer one");
  const refused = settings.refuse?.(changed, listing?.stdout ?? "");
  if (refused !== undefined) return refused;
  const before = ({ label }: WantedSetting) => now.get(label) ?? "";
  return {
    state: "needed",
    wanted: wanted.map(({ label, value }) => `${label}: ${value}\n`).join(""),
    actions: [{ argv: ["ethtool", set, nic, ...changed.flatMap((w) => [w.parameter, w.value])] }],
    undo: [script(undoScript, set, nic, ...changed.flatMap((w) => [w.parameter, before(w)]))],
    diff: changed.map((w) => `${nic}: ${w.parameter} ${before(w)} -> ${w.value}`).join("\n"),
    ...(settings.irreversible.length === 0 ? {} : { irreversible: settings.irreversible }),
  };
}

export const otherNic = "leave it out on this host, or choose another NIC";

/** ethtool's own words where the driver has no such settings, on one line. */
export function unsupportedWords(seen: string): string | undefined {
  if (!seen.startsWith("unsupported")) return undefined;
  const words = seen.slice("unsupported ".length).replaceAll(/\s*\n\s*/g, "; ");
  return words.replaceAll("netlink error: ", "") || "ethtool gave no reason";
}

/** What the check printed, by label. */
function currentSettings(seen: string): ReadonlyMap<string, string> {
  const pairs = seen.split("\n").map((line): [string, string] => {
    const at = line.indexOf(": ");
    return at === -1 ? [line, ""] : [line.slice(0, at), line.slice(at + 2)];
  });
  return new Map(pairs);
}

/** Settings that were asked for, of those a step has. */
export function wantedSettings<K extends string>(
  names: Readonly<Record<K, readonly [label: string, parameter: string]>>,
  values: { readonly [P in NoInfer<K>]?: boolean | number | undefined },
): readonly WantedSetting[] {
  return (Object.keys(names) as K[]).flatMap((key) => {
    const value = values[key];
    if (value === undefined) return [];
    const [label, parameter] = names[key];
    return [{ label, parameter, value: asWord(value) }];
  });
}

/** Numbers and switches as ethtool writes them. */
export function asWord(value: boolean | number): string {
  return typeof value === "number" ? String(value) : value ? "on" : "off";
}
