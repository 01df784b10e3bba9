import type { Command } from "../../command/command.js";
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
  return await feedScript(place, { text, args, stdin: "" });
}

/** The same with something on its standard input. */
export async function feedScript(
  place: ScriptPlace,
  { text, args, stdin }: { readonly text: string; readonly args: string[]; readonly stdin: string },
): Promise<string> {
  const { signal } = place;
  const command = placedScript(place, text, ...args);
  const options = { deadlineMs, stdin, ...(signal && { signal }) };
  return (await place.host.run(command, options)).stdout;
}
