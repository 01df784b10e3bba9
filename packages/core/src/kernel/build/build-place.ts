import type { Command } from "../../command/command.js";
import { hoststackError } from "../../errors/error.js";
import type { Host } from "../../host/host.js";
import { script } from "../../steps/script.js";
import type { KernelBuildEvent } from "./events.js";

/** Where a build goes on, and with what. */
export interface BuildPlace {
  readonly host: Host;
  /** Absolute directory on the host everything is kept below. */
  readonly work: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly jobs: number;
  /** What `CC` is set to. */
  readonly compiler: string;
  /** Where packages from apt are kept on the controller. */
  readonly cacheDirectory: string;
  readonly tell: (event: KernelBuildEvent) => void;
  readonly signal: AbortSignal | undefined;
}

/** The part of a place that scripts need. */
export type ScriptPlace = Pick<BuildPlace, "environment" | "host" | "signal">;

/** Long enough for what copies or hashes a source tree on a slow disk. */
const deadlineMs = 900_000;
/** Of what a script complained, in an error. */
const shownLines = 5;

/** A fixed script with its arguments, in the environment of the build. */
export function placedScript(place: ScriptPlace, text: string, ...args: string[]): Command {
  return { ...script(text, ...args), env: { LC_ALL: "C", ...place.environment } };
}

/** Runs such a script to its end and returns what it printed. Throws as `Host.run` does. */
export async function runScript(
  place: ScriptPlace,
  text: string,
  ...args: string[]
): Promise<string> {
  return await feedScript(place, { text, args });
}

/** A script with its arguments. */
export interface ShortScript {
  readonly text: string;
  readonly args: readonly string[];
  /** For its standard input, without NUL. */
  readonly stdin?: string;
}

/** Runs one script, with something on its standard input. Throws as `Host.run` does. */
export async function feedScript(
  place: ScriptPlace,
  { text, args, stdin = "" }: ShortScript,
): Promise<string> {
  const { host, signal } = place;
  const options = { deadlineMs, stdin, ...(signal && { signal }) };
  return (await host.run(placedScript(place, text, ...args), options)).stdout;
}

/**
 * Runs short scripts one after the other in one exchange and returns what each printed. Throws COMMAND_FAILED for the
 * first that fails, after which none is run, and as `Host.batch` does.
 */
export async function runScripts(
  { host, environment, signal }: ScriptPlace,
  scripts: readonly ShortScript[],
): Promise<readonly string[]> {
  const commands = scripts.map(({ text, args, stdin }) => ({
    ...placedScript({ host, environment, signal }, text, ...args),
    ...(stdin === undefined ? {} : { stdin }),
  }));
  const options = { deadlineMs, stopOnFailure: true, ...(signal && { signal }) };
  const results = await host.batch(commands, options);
  const failed = results.find(({ exitCode }) => exitCode !== 0);
  if (failed === undefined) return results.map(({ stdout }) => stdout);
  const words = `a script of the kernel build failed on ${host.name} with status ${failed.exitCode}`;
  const said = failed.stderr.trimEnd().split("\n").slice(-shownLines).join("\n");
  throw hoststackError("COMMAND_FAILED", `${words}: ${said}`, {
    details: { host: host.name, argv: failed.command.argv, exitCode: failed.exitCode },
  });
}
