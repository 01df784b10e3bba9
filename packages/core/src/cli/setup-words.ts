import { didYouMean } from "../errors/did-you-mean.js";
import { hoststackError } from "../errors/error.js";
import type { SetupAim } from "../system/setup.js";
import { setupOptions } from "../system/setup-plan.js";
import type { System } from "../system/system.js";
import { variantsNamed } from "../system/variants.js";
import { type ChosenTestbed, chosenTestbed } from "./chosen-testbed.js";
import { listOf, parseFlags } from "./flags.js";
import { kernelAim } from "./guest-kernel.js";
import { buildPlaces, ownSetupFlags, type SetupVerb, setupFlags } from "./setup-flags.js";

/** What the command line of `plan`, `setup` or `build` says, checked. */
export interface SetupWords {
  readonly verb: SetupVerb;
  /** Experiments and suites that were named; none for all. */
  readonly names: readonly string[];
  readonly testbed: ChosenTestbed;
  readonly aim: SetupAim<unknown>;
  readonly buildOn: (typeof buildPlaces)[number];
  readonly mirrors: readonly string[];
  readonly yes: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly detailedExitcode: boolean;
}

function buildPlace(value: unknown): SetupWords["buildOn"] {
  const given = value === undefined ? buildPlaces[0] : String(value);
  const known = buildPlaces.find((one) => one === given);
  if (known !== undefined) return known;
  throw hoststackError("OPTIONS_INVALID", `--build-on does not know "${given}"`, {
    remedy: `${didYouMean(given, buildPlaces)}it takes ${buildPlaces.join(" or ")}`,
    details: { field: "buildOn" },
  });
}

/**
 * Reads such a command line. Without names it is about all experiments, with the defaults of their options. Throws
 * OPTIONS_INVALID naming the flag, and EXPERIMENT_UNKNOWN.
 */
export async function readSetupWords(
  system: System,
  verb: SetupVerb,
  argv: readonly string[],
): Promise<SetupWords> {
  const { words: names, values } = parseFlags(argv, setupFlags(system, verb));
  const wanted = names.length > 0 ? names : Object.keys(system.experiments);
  const found = await Promise.all(wanted.map((name) => variantsNamed(system, name, {})));
  const given = ownSetupFlags(system)
    .map(({ property }) => property)
    .filter((property) => property in values);
  const options = await setupOptions(
    system,
    Object.fromEntries(given.map((property) => [property, values[property]])),
  );
  const testbed = chosenTestbed(String(values["testbed"] ?? "vm"), values);
  return {
    ...{ verb, names, testbed },
    aim: { options, variants: found.flat(), ...kernelAim(testbed) },
    buildOn: buildPlace(values["buildOn"]),
    mirrors: listOf(values["mirror"]),
    ...{ yes: values["yes"] === true, json: values["json"] === true },
    verbose: values["verbose"] === true,
    detailedExitcode: values["detailedExitcode"] === true,
  };
}
