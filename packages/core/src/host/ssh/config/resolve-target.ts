import { hoststackError } from "../../../errors/error.js";
import { checkOptions } from "./checked-options.js";
import { runProgram } from "./local-program.js";
import { type HostConfig, parseHostConfig } from "./parse-config.js";
import type { SshTarget } from "./target.js";

/** A host with everything OpenSSH's configuration says of it. */
export interface ResolvedHost extends HostConfig {
  /** Host as it was given, before HostName replaced it. */
  readonly name: string;
  /** What was asked; `ssh` with these arguments reaches the same host. */
  readonly asked: Destination;
}

/** One destination as `ssh` is asked about it. */
export interface Destination
  extends Pick<SshTarget, "configFile" | "destination" | "jump" | "options" | "signal"> {
  readonly user?: string;
  readonly port?: number;
}

const defaultTimeoutMs = 20_000;

/** The arguments that make `ssh` treat a destination as we do: shared by every carrier. */
export function destinationArguments(destination: Destination): string[] {
  const { configFile, jump, options = [], user, port } = destination;
  return [
    ...(configFile === undefined ? [] : ["-F", checkWord("configFile", configFile)]),
    ...(jump === undefined ? [] : ["-J", checkWord("jump", jump)]),
    ...(user === undefined ? [] : ["-l", user]),
    ...(port === undefined ? [] : ["-p", String(port)]),
    ...checkOptions(options).flatMap((option) => ["-o", option]),
    "--",
    checkWord("destination", destination.destination),
  ];
}

/**
 * Lets OpenSSH interpret the user's configuration for a destination. Throws TOOL_MISSING without
 * `ssh`, OPTIONS_INVALID with the words of `ssh` when it cannot, PARSE_FAILED, INTERRUPTED.
 */
export async function resolveTarget(
  destination: Destination & { readonly connectTimeoutMs?: number },
): Promise<ResolvedHost> {
  const argv = ["ssh", "-T", "-G", ...destinationArguments(destination)] as const;
  const { signal, connectTimeoutMs: timeoutMs = defaultTimeoutMs } = destination;
  const { exitCode, stdout, stderr } = await runProgram({ argv, signal, timeoutMs });
  if (exitCode !== 0) {
    throw hoststackError(
      "OPTIONS_INVALID",
      `ssh cannot make sense of "${destination.destination}": ${stderr.trim()}`,
      { remedy: "correct the ssh configuration or the destination", details: { argv } },
    );
  }
  return {
    ...parseHostConfig(stdout),
    name: hostArgument(destination.destination),
    asked: destination,
  };
}

/** The host of `user@host` or `ssh://user@host:port`, as `ssh` takes it apart. */
function hostArgument(destination: string): string {
  const uri = /^ssh:\/\/(?:.*@)?(?:\[([^\]]+)\]|([^:/]+))/.exec(destination);
  return uri?.[1] ?? uri?.[2] ?? destination.slice(destination.lastIndexOf("@") + 1);
}

function checkWord(field: string, word: string): string {
  if (/^$|^-|[\0\r\n]/.test(word)) {
    throw hoststackError("OPTIONS_INVALID", `${field}: "${word}" cannot be given to ssh`, {
      remedy: `give a ${field} that does not start with "-"`,
    });
  }
  return word;
}
