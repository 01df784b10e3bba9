import { once } from "node:events";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { hoststackError } from "../../../errors/error.js";
import type { ResolvedHost } from "../config/resolve-target.js";
import { proxyCommandOf, startProxyCommand } from "./proxy-command.js";

/** A way to a server's SSH port. */
export interface Dialled {
  readonly stream: Duplex;
  /** What a ProxyCommand had to say. */
  words(): string;
}

/** Time for one of several addresses; the default of Node, 250 ms, fails on slow links. */
const addressTimeoutMs = 3000;

const silent = () => "";

/** Opens the way the configuration names. Throws OPTIONS_INVALID for one only `ssh` itself can go. */
export async function dial(host: ResolvedHost, signal: AbortSignal): Promise<Dialled> {
  checkWay(host);
  if (host.proxyCommand !== undefined) {
    return startProxyCommand(proxyCommandOf(host, host.proxyCommand));
  }
  const { addressFamily, bindAddress } = host;
  const stream = connect({
    host: host.hostname,
    port: host.port,
    family: addressFamily,
    noDelay: true,
    autoSelectFamily: addressFamily === 0,
    autoSelectFamilyAttemptTimeout: addressTimeoutMs,
    ...(bindAddress !== undefined && { localAddress: bindAddress }),
  });
  try {
    await once(stream, "connect", { signal });
    // Until ssh2 listens, an error only has to be remembered.
    stream.on("error", () => {});
  } catch (error) {
    stream.destroy();
    throw error;
  }
  return { stream, words: silent };
}

function checkWay(host: ResolvedHost): void {
  const option =
    host.bindInterface === undefined
      ? host.proxyUseFdpass && "ProxyUseFdpass"
      : `BindInterface ${host.bindInterface}`;
  if (option === false) return;
  throw hoststackError("OPTIONS_INVALID", `${host.name}: the ssh2 carrier cannot do ${option}`, {
    remedy: 'use carrier "openssh", or take it out of the ssh configuration',
  });
}

/** Opens the way through a host that is logged in to, which looks up the name itself. */
export function dialThrough(via: Client, host: ResolvedHost): Promise<Dialled> {
  return new Promise((resolve, reject) => {
    via.forwardOut("127.0.0.1", 0, host.hostname, host.port, (error, stream) => {
      if (error === undefined) resolve({ stream, words: silent });
      else reject(error);
    });
  });
}
