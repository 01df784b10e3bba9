import { hoststackError } from "../../../errors/error.js";

/** What OpenSSH made of a destination and the user's configuration (`ssh -G`). */
export interface HostConfig {
  readonly hostname: string;
  readonly port: number;
  readonly user: string;
  readonly hostKeyAlias: string | undefined;
  readonly addressFamily: 0 | 4 | 6;
  readonly bindAddress: string | undefined;
  readonly bindInterface: string | undefined;
  /** As configured: tokens are not replaced. */
  readonly proxyJump: string | undefined;
  /** As configured: tokens are not replaced. */
  readonly proxyCommand: string | undefined;
  readonly proxyUseFdpass: boolean;
  /** As configured: `~` and tokens are not replaced. */
  readonly identityFiles: readonly string[];
  /** As configured: `~` and tokens are not replaced. */
  readonly certificateFiles: readonly string[];
  readonly identitiesOnly: boolean;
  readonly identityAgent: string | undefined;
  readonly pkcs11Provider: string | undefined;
  /** Methods in the order they are tried; those switched off are left out. */
  readonly methods: readonly string[];
  readonly passwordPrompts: number;
  /** Nobody may be asked anything (BatchMode). */
  readonly batch: boolean;
  readonly userKnownHostsFiles: readonly string[];
  readonly globalKnownHostsFiles: readonly string[];
  readonly revokedHostKeys: string | undefined;
  readonly hashKnownHosts: boolean;
  readonly acceptNew: boolean;
  readonly hostKeyAlgorithms: readonly string[];
  readonly connectTimeoutMs: number | undefined;
  readonly aliveIntervalMs: number | undefined;
  readonly aliveCountMax: number;
}

/** Order of OpenSSH's methods where PreferredAuthentications is not set. */
const usualMethods = "gssapi-with-mic,hostbased,publickey,keyboard-interactive,password";

const switches: Readonly<Record<string, string>> = {
  "gssapi-with-mic": "gssapiauthentication",
  hostbased: "hostbasedauthentication",
  publickey: "pubkeyauthentication",
  "keyboard-interactive": "kbdinteractiveauthentication",
  password: "passwordauthentication",
};

/**
 * Reads what `ssh -G` prints: one `keyword value` a line, keywords in lower case and repeated for
 * lists. Keywords it does not know are left alone. Throws PARSE_FAILED when it is something else.
 */
export function parseHostConfig(text: string): HostConfig {
  const values = keywordValues(text);
  const list = (key: string): string[] => values.get(key) ?? [];
  /** `ssh` says "none" for options that are switched off. */
  const one = (key: string): string | undefined => {
    const [value] = list(key);
    return value === "none" ? undefined : value;
  };
  const isOn = (key: string) => /^(yes|true|unbound|host-bound)$/.test(one(key) ?? "no");
  const paths = (key: string) => list(key).filter((path) => path !== "none");
  const whole = (key: string) => wholeNumber(key, one(key));
  const methods = (one("preferredauthentications") ?? usualMethods).split(",");
  return {
    hostname: required("hostname", one("hostname")),
    port: required("port", whole("port")),
    user: required("user", one("user")),
    hostKeyAlias: one("hostkeyalias"),
    addressFamily: one("addressfamily") === "inet6" ? 6 : one("addressfamily") === "inet" ? 4 : 0,
    bindAddress: one("bindaddress"),
    bindInterface: one("bindinterface"),
    proxyJump: one("proxyjump"),
    proxyCommand: one("proxycommand"),
    proxyUseFdpass: isOn("proxyusefdpass"),
    identityFiles: paths("identityfile"),
    certificateFiles: paths("certificatefile"),
    identitiesOnly: isOn("identitiesonly"),
    identityAgent: list("identityagent")[0],
    pkcs11Provider: one("pkcs11provider"),
    methods: methods.filter((name) => name in switches && isOn(switches[name] ?? "")),
    passwordPrompts: whole("numberofpasswordprompts") ?? 3,
    batch: isOn("batchmode"),
    userKnownHostsFiles: splitPaths(one("userknownhostsfile")),
    globalKnownHostsFiles: splitPaths(one("globalknownhostsfile")),
    revokedHostKeys: one("revokedhostkeys"),
    hashKnownHosts: isOn("hashknownhosts"),
    acceptNew: one("stricthostkeychecking") === "accept-new",
    hostKeyAlgorithms: (one("hostkeyalgorithms") ?? "").split(",").filter((name) => name !== ""),
    connectTimeoutMs: milliseconds(whole("connecttimeout")),
    aliveIntervalMs: milliseconds(whole("serveraliveinterval")),
    aliveCountMax: whole("serveralivecountmax") ?? 3,
  };
}

function keywordValues(text: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, key, value] = /^([A-Za-z0-9]+)(?: (.*))?$/.exec(line) ?? [];
    if (key === undefined) throw unreadable(`"${line}" is not a keyword with its value`);
    const known = values.get(key.toLowerCase());
    if (known === undefined) values.set(key.toLowerCase(), [value ?? ""]);
    else known.push(value ?? "");
  }
  return values;
}

function unreadable(message: string): Error {
  return hoststackError("PARSE_FAILED", `ssh -G: ${message}`, {
    remedy: "check that `ssh -G host` prints the configuration; OpenSSH 7.3 or newer does",
  });
}

function required<Value>(key: string, value: Value | undefined): Value {
  if (value === undefined) throw unreadable(`it does not say ${key}`);
  return value;
}

function wholeNumber(key: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) throw unreadable(`${key} "${value}" is not a number`);
  return Number(value);
}

/** Zero switches a time off. */
function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined || seconds === 0 ? undefined : seconds * 1000;
}

/** `ssh -G` joins files by blanks without quoting them; a new file starts at an absolute path. */
function splitPaths(text: string | undefined): string[] {
  if (text === undefined || text === "") return [];
  return text.split(/^[/~]/.test(text) ? / (?=[/~])/ : / +/).filter((path) => path !== "none");
}
