import type { BecomeRoot } from "./ssh/become.js";
import type { SshTarget } from "./ssh/config/target.js";
import { connectRoute } from "./ssh/jump/connect-route.js";
import { nameOf } from "./ssh/jump/host-name.js";
import { planRoute } from "./ssh/jump/route.js";
import { shellTimeoutOf } from "./ssh/jump/shell-timeout.js";
import { openOpensshTransport } from "./ssh/openssh/open.js";
import { ssh2Carrier } from "./ssh/ssh2-carrier.js";
import { openCarriedTransport } from "./ssh/transport.js";
import type { Transport } from "./transport.js";

export type { AskSecret } from "./ssh/config/target.js";

/** Who speaks SSH: the ssh2 library in this process, or the user's own `ssh` program. */
type SshCarrier = "openssh" | "ssh2";

/** A host as the user's `ssh` knows it, and how it is used. */
export interface SshTargetOptions extends SshTarget {
  /** `openssh` can log in with certificates, FIDO keys, GSSAPI and smart cards; `ssh2` is faster. @default "ssh2" */
  readonly carrier?: SshCarrier;
  /** Runs every command as root. @default as the account that logs in */
  readonly become?: BecomeRoot;
}

/**
 * Opens a transport to a host by what the user's OpenSSH knows of it: aliases, Include, Match,
 * ProxyJump, ProxyCommand, agent, keys and known_hosts, whose keys are always checked. `ssh` and
 * `ssh-keygen` must be on this machine: they read the configuration and known_hosts.
 *
 * Throws HOST_KEY_REJECTED for a host key that is unknown, changed or revoked, HOST_UNREACHABLE when
 * there is no connection or login (and what was tried), INTERRUPTED when `signal` fires or a question
 * is refused, OPTIONS_INVALID for a configuration that cannot be followed, ROOT_REFUSED, TOOL_MISSING.
 */
export async function openSshTarget(target: SshTargetOptions): Promise<Transport> {
  const { carrier = "ssh2", become, signal, connectTimeoutMs } = target;
  if (carrier === "openssh") return await openOpensshTransport(target);
  const route = await planRoute(target);
  const { ask, hostKeyPolicy } = target;
  return await openCarriedTransport({
    open: async (signal) =>
      ssh2Carrier(await connectRoute(route, { ask, hostKeyPolicy, connectTimeoutMs, signal })),
    where: nameOf(route.at(-1) ?? route[0]),
    shellTimeoutMs: shellTimeoutOf(route, connectTimeoutMs),
    become,
    signal,
  });
}
