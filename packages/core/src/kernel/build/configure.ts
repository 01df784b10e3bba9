import { hoststackError } from "../../errors/error.js";
import { type BuildPlace, placedScript, runScript } from "./build-place.js";
import { configLines, parseConfig, type UnmetSymbol, unmetSymbols } from "./config-request.js";
import { guestNeeds, guestSymbols } from "./guest-symbols.js";
import { makeArguments } from "./make-arguments.js";
import { configureScript } from "./make-scripts.js";
import { objectsPath } from "./make-text.js";
import { needConfiguredTools } from "./needed-tools.js";
import type { ConfigBase, ResolvedRecipe } from "./resolve-recipe.js";
import { refuseOthers, runStage, stageError } from "./stage-run.js";
import { aboutSymbol, parseSymbols, symbolScript } from "./symbol-needs.js";

/** What is to be configured. */
export interface Configuration {
  /** Directory of the line. */
  readonly line: string;
  readonly recipe: ResolvedRecipe;
  /** What the configuration follows from. */
  readonly key: string;
}

/** Symbols that are set whatever the recipe says: the local version is a tag of ours, which make is given. */
const ownSymbols = { LOCALVERSION: "", LOCALVERSION_AUTO: "n" };

/** Keys of a distribution lie on its own build machines. */
const distributionKeys = { SYSTEM_TRUSTED_KEYS: "", SYSTEM_REVOCATION_KEYS: "" };

const isDistributions = ({ kind }: ConfigBase): boolean => kind === "running" || kind === "file";

/**
 * Configures a line and checks that every requested symbol was taken over. Throws KERNEL_CONFIG_UNMET naming
 * each that was not with what it depends on, KERNEL_BUILD_FAILED, TOOL_MISSING.
 */
export async function configure(place: BuildPlace, configuration: Configuration): Promise<string> {
  const { line, recipe, key } = configuration;
  const { base, set } = recipe;
  const keys = isDistributions(base) ? distributionKeys : {};
  const request = { ...keys, ...set, ...ownSymbols };
  const { host } = place;
  const logs = `${line}/logs`;
  await refuseOthers(place, logs, { stage: "configure", key });
  await host.writeFile(`${line}/config.request`, configLines(request));
  if (base.kind === "guest") await host.writeFile(`${line}/config.base`, configLines(guestSymbols));
  if (base.kind === "file") await host.writeFile(`${line}/config.base`, base.content);
  const target = base.kind === "target" ? base.target : "";
  const words = [line, base.kind, target, ...makeArguments(place)];
  const outcome = await runStage(place, {
    stage: "configure",
    key,
    directory: logs,
    command: placedScript(place, configureScript, ...words),
  });
  if (!outcome.ok) throw stageError(place, outcome);
  const config = Buffer.from(await host.readFile(`${line}/${objectsPath}/.config`)).toString(
    "utf8",
  );
  const needed = base.kind === "guest" ? guestNeeds : {};
  const values = parseConfig(config);
  const unmet = unmetSymbols(values, { ...needed, ...set, ...ownSymbols });
  if (unmet.length > 0) throw await unmetError(place, { line, unmet, values });
  await needConfiguredTools(place, line);
  return outcome.log;
}

async function unmetError(
  place: BuildPlace,
  {
    line,
    unmet,
    values,
  }: {
    readonly line: string;
    readonly unmet: readonly UnmetSymbol[];
    readonly values: ReadonlyMap<string, string>;
  },
): Promise<Error> {
  const names = unmet.map(({ symbol }) => symbol);
  const told = parseSymbols(await runScript(place, symbolScript, line, ...names));
  const lines = unmet.map(({ symbol, wanted, got }) => {
    const about = aboutSymbol(told.get(symbol) ?? [], values);
    return `CONFIG_${symbol}: wanted ${wanted}, got ${got}; ${about}`;
  });
  const message = `the configuration was not taken over as requested:\n${lines.join("\n")}`;
  return hoststackError("KERNEL_CONFIG_UNMET", message, {
    remedy: "set what they depend on as well, or leave them out",
    details: { host: place.host.name, symbols: unmet },
  });
}
