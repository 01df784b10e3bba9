import { didYouMean } from "../errors/did-you-mean.js";
import { hoststackError } from "../errors/error.js";
import type { AnyExperiment } from "../experiment/experiment.js";
import { checkOptions } from "../experiment/options.js";
import type { Variant } from "../experiment/variant.js";
import type { System } from "./system.js";

/** The experiment of a system by its name. Throws EXPERIMENT_UNKNOWN with the nearest name. */
export function experimentNamed(system: System, name: string): AnyExperiment {
  const experiment = Object.hasOwn(system.experiments, name) ? system.experiments[name] : undefined;
  if (experiment !== undefined) return experiment;
  const names = [...Object.keys(system.experiments), ...Object.keys(system.suites)];
  throw hoststackError(
    "EXPERIMENT_UNKNOWN",
    `${system.name} has no experiment or suite "${name}"`,
    {
      remedy: `${didYouMean(name, names)}it has ${names.join(", ")}`,
      details: { name },
    },
  );
}

async function variant(
  experiment: AnyExperiment,
  id: string,
  input: Readonly<Record<string, unknown>>,
): Promise<Variant> {
  const options = await checkOptions(experiment.name, experiment.options, input);
  return { id, experiment, options };
}

/**
 * What `run NAME` runs: the variants of a suite, or one experiment with some options. Throws
 * EXPERIMENT_UNKNOWN, or OPTIONS_INVALID naming the option.
 */
export async function variantsNamed(
  system: System,
  name: string,
  input: Readonly<Record<string, unknown>>,
): Promise<Variant[]> {
  const suite = Object.hasOwn(system.suites, name) ? system.suites[name] : undefined;
  if (suite === undefined) return [await variant(experimentNamed(system, name), name, input)];
  const [extra] = Object.keys(input);
  if (extra !== undefined) {
    throw hoststackError(
      "OPTIONS_INVALID",
      `the suite "${name}" fixes its options, also "${extra}"`,
      {
        remedy: "run one experiment by its name to choose options",
        details: { field: extra },
      },
    );
  }
  return Promise.all(
    suite.variants.map(({ id, experiment, options }) =>
      variant(experimentNamed(system, experiment), id, options),
    ),
  );
}
