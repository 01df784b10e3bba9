import type { Transport } from "../../transport.js";
import type { BecomeRoot } from "../become.js";
import type { SshTarget } from "../config/target.js";
import { openCarriedTransport } from "../transport.js";
import { opensshCarrier } from "./carrier.js";

/**
 * Opens a transport over the user's own `ssh` program: whatever it can log in with (certificates, FIDO
 * keys, GSSAPI, smart cards, any proxy) works. One `ssh` per connection; commands cost no process here.
 * Needs OpenSSH 7.6, with `ask` 8.4, and a `sh` on this machine. Without `hostKeyPolicy` an unknown key is
 * refused also where the user's configuration says `accept-new`.
 *
 * Throws HOST_KEY_REJECTED for a host key known_hosts does not hold, HOST_UNREACHABLE, INTERRUPTED when
 * `signal` fires, OPTIONS_INVALID, ROOT_REFUSED, TOOL_MISSING without `ssh`.
 */
export function openOpensshTransport(
  target: SshTarget & { readonly become?: BecomeRoot },
): Promise<Transport> {
  return openCarriedTransport({
    open: opensshCarrier(target),
    where: target.destination,
    shellTimeoutMs: target.connectTimeoutMs,
    become: target.become,
    signal: target.signal,
  });
}
