import type { BecomeRoot } from "./ssh/become.js";
import { connect, type SshOptions, whereOf } from "./ssh/connect.js";
import { ssh2Carrier } from "./ssh/ssh2-carrier.js";
import { openCarriedTransport } from "./ssh/transport.js";
import type { Transport } from "./transport.js";

export type { SshOptions } from "./ssh/connect.js";

/**
 * Opens a transport to an SSH server (OpenSSH or dropbear) whose host key is known. The host needs a
 * POSIX `sh`, `head`, `sleep`, `setsid` and `/proc`. A program's exit status and signal are what the
 * server reports of the program itself: no shell stands between. When the connection is lost, the
 * host ends everything that was started over it (SIGTERM, 2 s later SIGKILL). With `become` every
 * command runs as root, through sudo where the account is another.
 *
 * Throws HOST_KEY_REJECTED when the server shows a key that is not pinned, HOST_UNREACHABLE when there
 * is no connection or login, INTERRUPTED when `signal` fires, OPTIONS_INVALID for unreadable keys,
 * ROOT_REFUSED when sudo does not make the account root.
 */
export function openSshTransport(
  options: SshOptions & { readonly become?: BecomeRoot },
): Promise<Transport> {
  const { signal: _, become, ...login } = options;
  return openCarriedTransport({
    open: async (signal) => {
      const client = await connect(signal === undefined ? login : { ...login, signal });
      return ssh2Carrier(client);
    },
    where: whereOf(options),
    shellTimeoutMs: options.connectTimeoutMs,
    become,
    signal: options.signal,
  });
}
