import { checkOptions } from "../experiment/options.js";
import type { Variant } from "../experiment/variant.js";
import type { Experiments } from "./campaign.js";
import { combinationsOf, type Entry } from "./matrix.js";

/** The variants of entries whose experiments are known. Throws OPTIONS_INVALID naming the option. */
export async function variantsOf(
  entries: readonly Entry[],
  experiments: Experiments,
): Promise<Variant[]> {
  const made = entries.flatMap((entry) => {
    const experiment = experiments[entry.experiment];
    if (experiment === undefined) throw new Error(`${entry.experiment} is known`);
    return combinationsOf(entry).map(async ({ id, options }) => ({
      id,
      experiment,
      options: (await checkOptions(
        experiment.name,
        experiment.options,
        options,
      )) as Variant["options"],
    }));
  });
  return await Promise.all(made);
}
