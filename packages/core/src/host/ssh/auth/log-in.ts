import { Socket } from "node:net";
import { Client, type ConnectConfig } from "ssh2";
import { gatherWrites } from "../gather-writes.js";
import { PacketMemory } from "../packet-memory.js";
import { cipherOf, streamOf } from "../ssh2-internals.js";

/** One login over ssh2. */
export interface Login {
  /** Everything but the check of the host key. */
  readonly config: Omit<ConnectConfig, "hostVerifier">;
  /** Throws unless the host may be trusted. */
  readonly verify: (key: Buffer) => Promise<void> | void;
  /** Gives the login up with the signal's reason. */
  readonly signal: AbortSignal;
}

/**
 * Connects and logs in. Rejects with what `verify` threw, with the signal's reason, or with the plain
 * error of ssh2; whoever calls says what that means.
 */
export function logIn({ config, verify, signal }: Login): Promise<Client> {
  const client = new Client();
  let refusal: unknown;
  return new Promise<Client>((resolve, reject) => {
    const settle = (outcome: () => void) => {
      signal.removeEventListener("abort", abort);
      client.removeListener("close", closed).removeListener("error", failed);
      // Errors after this moment show as the end of the connection.
      client.on("error", () => {});
      outcome();
    };
    const abort = () => {
      settle(() => reject(signal.reason));
      client.destroy();
    };
    const failed = (error: Error & { level?: string }) => {
      // A key that could not sign: ssh2 goes on with the next one.
      if (error.level !== "agent") settle(() => reject(refusal ?? error));
    };
    const closed = () => failed(new Error("the server closed the connection"));
    client.once("ready", () => settle(() => resolve(client)));
    client.on("error", failed).once("close", closed);
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) return abort();
    let trusted: Buffer | undefined;
    const hostVerifier = (key: Buffer, answer: (isTrusted: boolean) => void): void => {
      // Keys are exchanged again after much data or time. While the library waits for an answer then, what is sent
      // goes out as before the exchange, and the server ends the connection.
      if (trusted !== undefined) {
        answer(trusted.equals(key));
        return;
      }
      Promise.resolve(key)
        .then(verify)
        .then(
          () => {
            trusted = Buffer.from(key);
            answer(true);
          },
          (error: unknown) => {
            refusal = error;
            answer(false);
          },
        );
    };
    try {
      client.connect({ ...config, hostVerifier });
      // Nagle's algorithm with delayed acknowledgements costs 40 ms a step, of the login already.
      client.setNoDelay(true);
      speedUp(client);
    } catch (error) {
      settle(() => reject(error));
    }
  });
}

/** Costs of sending much, which the library leaves; without what it keeps to itself they stay. */
function speedUp(client: Client): void {
  const stream = streamOf(client);
  if (stream instanceof Socket) reuseMemory(client, stream);
  if (stream !== undefined) gatherWrites(stream);
}

function reuseMemory(client: Client, socket: Socket): void {
  const memory = new PacketMemory(socket);
  // Each exchange of keys makes another cipher.
  client.on("handshake", () => {
    const cipher = cipherOf(client);
    if (cipher !== undefined) memory.serve(cipher);
  });
}
