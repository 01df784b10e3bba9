import { isAbsolute, resolve } from "node:path";
import { hoststackError } from "../../../errors/error.js";
import { checkOptions } from "../config/checked-options.js";
import type { SshTarget } from "../config/target.js";
import type { KeyChecking } from "./key-checking.js";

/** What one connection has of its own; its files are in a directory that only we can enter. */
export interface MasterParts {
  readonly checking: KeyChecking;
  readonly config: string;
  readonly controlSocket: string;
}

/**
 * Options that hold for every hop: ssh hands its configuration file, but no other option, to the ssh
 * it starts for a jump host. The first value counts, so ours precede the user's and defaults follow.
 */
export function configText(target: SshTarget, { jumps }: KeyChecking): string {
  const included =
    target.configFile === undefined
      ? ["Include ~/.ssh/config", "Include /etc/ssh/ssh_config"]
      : [`Include ${quoted(target.configFile)}`];
  return [
    `StrictHostKeyChecking ${jumps}`,
    "NoHostAuthenticationForLocalhost no",
    "UpdateHostKeys no",
    ...(target.ask === undefined ? ["BatchMode yes"] : []),
    ...(target.connectTimeoutMs === undefined ? [] : [connectTimeout(target.connectTimeoutMs)]),
    // "none" is ssh's own word for no configuration.
    ...(target.configFile === "none" ? [] : included),
    "Host *",
    connectTimeout(20_000),
    "ServerAliveInterval 10",
    "ServerAliveCountMax 6",
    "",
  ].join("\n");
}

/** Only of the last hop: a master that shares its connection with us and does nothing else. */
const ownOptions = [
  "ControlPersist=no",
  "ClearAllForwardings=yes",
  "PermitLocalCommand=no",
  "RemoteCommand=none",
  "Tunnel=no",
  // Says the server's software and host key, which no other level does.
  "LogLevel=DEBUG1",
];

/** The arguments of an ssh that is a master and runs nothing itself. Throws OPTIONS_INVALID. */
export function masterArguments(target: SshTarget, parts: MasterParts): string[] {
  if (target.destination === "" || target.destination.startsWith("-")) {
    throw hoststackError("OPTIONS_INVALID", `"${target.destination}" is no SSH destination`, {
      remedy: "give an alias of ssh_config, a host name or user@host",
    });
  }
  const options = [
    `StrictHostKeyChecking=${parts.checking.destination}`,
    ...ownOptions,
    ...checkOptions(target.options ?? []),
  ];
  return [
    "-M",
    ...["-S", parts.controlSocket],
    ...["-F", parts.config],
    ...["-N", "-T", "-x", "-a"],
    ...options.flatMap((option) => ["-o", option]),
    ...(target.jump === undefined ? [] : ["-J", target.jump]),
    "--",
    target.destination,
  ];
}

function connectTimeout(ms: number): string {
  return `ConnectTimeout ${Math.max(1, Math.ceil(ms / 1000))}`;
}

/** As Include takes it, which silently passes over patterns that match nothing. Throws OPTIONS_INVALID. */
function quoted(path: string): string {
  if (/[*?[\r\n]/.test(path)) {
    throw hoststackError("OPTIONS_INVALID", `configFile: "${path}" would be a pattern to ssh`, {
      remedy: 'give the file a plain name, or use carrier "ssh2"',
    });
  }
  const absolute = isAbsolute(path) ? path : resolve(path);
  return `"${absolute.replaceAll(/["\\]/g, "\\$&")}"`;
}
