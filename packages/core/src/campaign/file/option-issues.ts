import { didYouMean } from "../../errors/did-you-mean.js";
import type { AnyExperiment } from "../../experiment/experiment.js";
import type { FieldPath, FileIssue } from "../../testbed/file/issue.js";
import { type Combination, combinationsOf, type Entry } from "../matrix.js";

/** An option as the JSON Schema of an experiment describes it. */
interface OptionSchema {
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
}

function optionsOf(experiment: AnyExperiment): Readonly<Record<string, OptionSchema>> {
  const json = experiment.options["~standard"].jsonSchema.input({ target: "draft-2020-12" });
  return (json["properties"] ?? {}) as Readonly<Record<string, OptionSchema>>;
}

/** What a value of an option may be, as far as its schema says. */
function howToChoose(name: string, known: Readonly<Record<string, OptionSchema>>): string {
  const { description = "", enum: choices, default: standard } = known[name] ?? {};
  if (choices !== undefined) return `write ${choices.map(String).join(" or ")}`;
  const about = description === "" ? `choose another value of ${name}` : `it is the ${description}`;
  return standard === undefined ? about : `${about}, by default ${String(standard)}`;
}

/** Where in its entry an option of a combination stands. */
function placeOf(name: string, { places }: Combination): FieldPath {
  const place = places[name];
  return place === undefined ? ["options", name] : ["sweep", name, place];
}

function nameIssues(entry: Entry, names: readonly string[]): FileIssue[] {
  const unknown = (["options", "sweep"] as const).flatMap((field) =>
    Object.keys(entry[field])
      .filter((name) => !names.includes(name))
      .map((name) => ({
        path: [field, name],
        text: `${entry.experiment} has no such option`,
        fix: didYouMean(name, names).trim() || `its options are ${names.join(", ")}`,
      })),
  );
  const both = Object.keys(entry.sweep)
    .filter((name) => Object.hasOwn(entry.options, name))
    .map((name) => ({
      path: ["sweep", name],
      text: "it stands in options as well",
      fix: "keep one of them",
    }));
  const double = Object.entries(entry.sweep).flatMap(([name, values]) =>
    values.flatMap((value, place) =>
      values.indexOf(value) === place
        ? []
        : [
            {
              path: ["sweep", name, place],
              text: `${String(value)} stands there already`,
              fix: "remove it",
            },
          ],
    ),
  );
  return [...unknown, ...both, ...double];
}

/**
 * What is wrong with the options of an entry, each with its place in the entry: names first, then values, as the
 * experiment's own schema judges every combination.
 */
export async function optionIssues(entry: Entry, experiment: AnyExperiment): Promise<FileIssue[]> {
  const known = optionsOf(experiment);
  const wrong = nameIssues(entry, Object.keys(known));
  if (wrong.length > 0) return wrong;
  const found = new Map<string, FileIssue>();
  for (const combination of combinationsOf(entry)) {
    const outcome = await experiment.options["~standard"].validate(combination.options);
    for (const { path = [], message } of outcome.issues ?? []) {
      const [step] = path;
      const name = String(typeof step === "object" ? step.key : (step ?? ""));
      const place = name === "" ? ["options"] : placeOf(name, combination);
      const told = Object.hasOwn(combination.options, name)
        ? `${JSON.stringify(combination.options[name])}: ${message}`
        : message;
      found.set(place.join(" "), { path: place, text: told, fix: howToChoose(name, known) });
    }
  }
  return [...found.values()];
}
