import { homedir, hostname, userInfo } from "node:os";
import { hoststackError } from "../../../errors/error.js";

/** What `%` tokens of ssh_config stand for; a token that is missing here is an error. */
export type Tokens = Readonly<Record<string, string>>;

/** What a host's own tokens are made of. */
export interface TokenSource {
  /** Host as it was given, before HostName replaced it. */
  readonly name: string;
  readonly hostname: string;
  readonly port: number;
  readonly user: string;
  readonly hostKeyAlias: string | undefined;
}

/** Tokens of ProxyJump and ProxyCommand. */
export function proxyTokens(source: TokenSource): Tokens {
  return {
    "%": "%",
    h: source.hostname,
    k: source.hostKeyAlias ?? source.name,
    n: source.name,
    p: String(source.port),
    r: source.user,
  };
}

/** Tokens of file names. Missing: `%C` and `%j`, which depend on details of the `ssh` version. */
export function fileTokens(source: TokenSource): Tokens {
  const { uid, username } = userInfo();
  return {
    ...proxyTokens(source),
    d: homeDirectory(),
    i: String(uid),
    L: hostname().replace(/\..*/, ""),
    l: hostname(),
    u: username,
  };
}

/** Replaces `%` tokens. Throws OPTIONS_INVALID for a token that has no meaning there. */
export function expandTokens(text: string, tokens: Tokens): string {
  return text.replace(/%(.?)/g, (token, letter: string) => {
    const value = tokens[letter];
    if (value !== undefined) return value;
    throw hoststackError("OPTIONS_INVALID", `"${text}": ${token} has no meaning here`, {
      remedy: 'write it out, or use carrier "openssh"',
    });
  });
}

/** The home directory `ssh` uses: that of the user list, not `$HOME`. */
function homeDirectory(): string {
  return userInfo().homedir || homedir();
}

/** Replaces a leading `~/`; names of other users' homes are left as they are. */
export function expandTilde(path: string): string {
  return path.replace(/^~(?=\/|$)/, () => homeDirectory());
}

/** A file name of ssh_config with `~`, `${VARIABLE}` and tokens replaced. Throws OPTIONS_INVALID. */
export function expandFile(path: string, tokens: Tokens): string {
  const withVariables = path.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    const value = process.env[name];
    if (value !== undefined) return value.replaceAll("%", "%%");
    throw hoststackError("OPTIONS_INVALID", `"${path}": the variable ${name} is not set`, {
      remedy: "set it, or write the path out",
    });
  });
  return expandTokens(expandTilde(withVariables), tokens);
}
