import { quoteArgv } from "../../../command/quote.js";
import { hoststackError } from "../../../errors/error.js";
import { destinationArguments, type ResolvedHost } from "../config/resolve-target.js";
import { describeKey } from "../host-key.js";
import type { KnownEntry } from "./known-entries.js";

/** The key a host showed. */
export interface Shown {
  readonly host: ResolvedHost;
  /** How messages call the host. */
  readonly where: string;
  /** The name it is looked up by in known_hosts. */
  readonly name: string;
  readonly key: Buffer;
}

const place = ({ file, line }: KnownEntry) => `${file}:${line}`;

/** The key differs from every one the host is known by. */
export function changedKey({ where, name, key }: Shown, known: readonly KnownEntry[]): Error {
  const expected = known.map((entry) => `${describeKey(entry.key)} (${place(entry)})`);
  const files = [...new Set(known.map(({ file }) => file))];
  const forget = files.map((file) => quoteArgv(["ssh-keygen", "-R", name, "-f", file]));
  return hoststackError(
    "HOST_KEY_REJECTED",
    `${where} showed the host key ${describeKey(key)}, but is known by ${expected.join(" or ")}`,
    {
      remedy: `another machine may be answering; if the server was really reinstalled, compare the key on its own console, then: ${forget.join("; ")}`,
      details: { shown: describeKey(key), expected, host: where },
    },
  );
}

/** The host is in no known_hosts file. */
export function unknownKey({ host, where, name, key }: Shown): Error {
  const accept = ["ssh", "-o", "StrictHostKeyChecking=ask", ...destinationArguments(host.asked)];
  return hoststackError(
    "HOST_KEY_REJECTED",
    `the host key of ${where} is not known: it showed ${describeKey(key)}, and no known_hosts file has ${name}`,
    {
      remedy: `compare the fingerprint with the server's own (there: ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub), then accept it: ${quoteArgv(accept)}`,
      details: {
        shown: describeKey(key),
        host: where,
        files: [...host.userKnownHostsFiles, ...host.globalKnownHostsFiles],
      },
    },
  );
}

/** The key must never be accepted. */
export function revokedKey({ where, key }: Shown, source: string): Error {
  return hoststackError(
    "HOST_KEY_REJECTED",
    `${where} showed the host key ${describeKey(key)}, which ${source} marks as revoked`,
    {
      remedy: "do not log in; ask whoever runs the server for its new key",
      details: { shown: describeKey(key), host: where, source },
    },
  );
}

/** The host is known by who signs its keys, and signatures are not checked here. */
export function certifiedHost({ where, key }: Shown, authority: KnownEntry): Error {
  return hoststackError(
    "HOST_KEY_REJECTED",
    `${where} is known only by the certificate authority in ${place(authority)}, and the ssh2 carrier checks no host certificates`,
    {
      remedy: 'use carrier "openssh", or add the host\'s own key to known_hosts',
      details: { shown: describeKey(key), host: where },
    },
  );
}
