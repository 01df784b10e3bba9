import { hoststackError } from "../../../errors/error.js";
import { hungUp } from "../connect.js";

/** What is known of an ssh that ended before it was logged in. */
export interface Failure {
  readonly destination: string;
  /** All it wrote to standard error. */
  readonly text: string;
  readonly exitCode: number | null;
}

interface Cause {
  readonly match: RegExp;
  readonly says: (found: RegExpExecArray) => string;
  readonly remedy: string;
}

const causes: readonly Cause[] = [
  {
    match: /Permission denied \(([^)]*)\)/,
    says: ([, methods]) => `it refused the login; it takes ${methods}`,
    remedy: "put the public half of your key into the user's authorized_keys there",
  },
  {
    match: /Too many authentication failures/,
    says: () => "it refused every key before the right one was offered",
    remedy: "name the key with IdentityFile and IdentitiesOnly in ssh_config",
  },
  {
    match: /Could not resolve hostname (\S+?):/,
    says: ([, name]) => `the name ${name} is unknown`,
    remedy: "correct the host name",
  },
  {
    match: /Connection refused/,
    says: () => "nothing listens on that port",
    remedy: "start the SSH server there, or correct the port",
  },
  {
    match: /timed out/,
    says: () => "it did not answer in time",
    remedy:
      "check that the machine is up and that no firewall drops the port; a slow one is waited for longer by ConnectTimeout in ssh_config",
  },
  {
    // a program in between, which may have ended itself, has no port
    match: /Connection (closed|reset) by \S+ port (?!65535)/,
    says: () => hungUp.says,
    remedy: hungUp.remedy,
  },
];

/** The error for what ssh wrote: HOST_KEY_REJECTED, TOOL_MISSING or HOST_UNREACHABLE. */
export function loginFailure(failure: Failure): Error {
  if (failure.exitCode === 127) return noSsh();
  if (/Host key verification failed|have requested strict checking/.test(failure.text)) {
    return keyRejection(failure);
  }
  const { destination, text } = failure;
  for (const { match, says, remedy } of causes) {
    const found = match.exec(text);
    if (found !== null) return unreachable(failure, { why: says(found), remedy });
  }
  const why = ownWords(text).at(-1) ?? `ssh ended with status ${failure.exitCode}`;
  return unreachable(failure, { why, remedy: `try the same login with ssh -v ${destination}` });
}

function unreachable({ destination, text }: Failure, says: { why: string; remedy: string }): Error {
  return hoststackError("HOST_UNREACHABLE", `cannot log in to ${destination}: ${says.why}`, {
    remedy: says.remedy,
    details: { destination, ssh: ownWords(text).join("\n") },
  });
}

/** What ssh would show without debugging. */
function ownWords(text: string): string[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "" && !/^(debug\d: |OpenSSH_)/.test(line));
}

function noSsh(): Error {
  return hoststackError("TOOL_MISSING", '"ssh" is not installed on this machine', {
    remedy: "install the OpenSSH client (on Debian: openssh-client), or use the carrier ssh2",
    details: { program: "ssh" },
  });
}

function keyRejection({ destination, text }: Failure): Error {
  const shown =
    text
      .match(/Server host key: (\S+ \S+)/g)
      ?.at(-1)
      ?.slice("Server host key: ".length) ??
    /sent by the remote host is\s+(SHA256:\S+?)\.?\s/.exec(text)?.[1];
  const key = shown === undefined ? "a host key" : `the host key ${shown}`;
  const place = /Offending .* in (\S+:\d+)/.exec(text)?.[1];
  const changed = /IDENTIFICATION HAS CHANGED|Offending/.test(text);
  const name = /host key is known for (\S+) and/.exec(text)?.[1] ?? destination;
  return hoststackError(
    "HOST_KEY_REJECTED",
    changed
      ? `${destination} showed ${key}, but is known by another${place === undefined ? "" : ` (${place})`}`
      : `${name} showed ${key}, and is not known yet`,
    {
      remedy: changed
        ? "another machine may be answering; if the server was really reinstalled, read its key on its own console and replace the known one"
        : "compare this fingerprint with the one ssh-keygen -lf prints on the server's own console, then log in once with ssh, or allow accept-new",
      details: { host: destination, ...(shown === undefined ? {} : { shown }) },
    },
  );
}
