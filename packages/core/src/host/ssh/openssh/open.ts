import type { Transport } from "../../transport.js";
import type { BecomeRoot } from "../become.js";
import type { SshTarget } from "../config/target.js";
import { planRoute } from "../jump/route.js";
import { shellTimeoutOf } from "../jump/shell-timeout.js";
import { openCarriedTransport } from "../transport.js";
import { opensshCarrier } from "./carrier.js";
import { keyChecking } from "./key-checking.js";

/**
 * Opens a transport over the user's own `ssh` program: whatever it can log in with (certificates, FIDO
 * keys, GSSAPI, smart cards, any proxy) works. One `ssh` per connection; commands cost no process here.
 * Needs OpenSSH 7.6, with `ask` 8.4, and a `sh` on this machine. Without `hostKeyPolicy` a new key is
 * recorded only where the user's configuration says `accept-new`.
 *
 * Throws HOST_KEY_REJECTED for a host key known_hosts does not hold, HOST_UNREACHABLE, INTERRUPTED when
 * `signal` fires, OPTIONS_INVALID for a configuration `ssh` cannot read, ROOT_REFUSED, TOOL_MISSING
 * without `ssh`.
 */
export async function openOpensshTransport(
  target: SshTarget & { readonly become?: BecomeRoot },
): Promise<Transport> {
  const route = await planRoute(target);
  const checking = await keyChecking(route, target.hostKeyPolicy);
  return await openCarriedTransport({
    open: opensshCarrier(target, checking),
    where: target.destination,
    shellTimeoutMs: shellTimeoutOf(route, target.connectTimeoutMs),
    become: target.become,
    signal: target.signal,
  });
}
