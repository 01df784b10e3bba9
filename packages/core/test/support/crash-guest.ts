import type { Host } from "../../src/host/host.js";
import type { CrashCase } from "./crash-contract.js";

/** A guest, and how controllers of their own log in to it. */
export interface CrashGuest {
  readonly host: Host | undefined;
  readonly login:
    | {
        readonly port: number;
        readonly privateKey: string;
        readonly hostKeys: readonly string[];
      }
    | undefined;
  /** Describes everything the steps may touch. */
  readonly surroundings: () => Promise<string>;
}

/** An emulated guest takes its time with a heart-beat. */
const leaseMs = 12_000;

/** A guest of which controllers are killed that log in to it. */
export function crashCase({ host, login, surroundings }: CrashGuest): CrashCase {
  if (host === undefined || login === undefined) throw new Error("the guest is not there");
  const { port, privateKey, hostKeys } = login;
  return {
    host,
    opening: `
      import { openSshTransport } from "#core/host/ssh.ts";
      const transport = await openSshTransport(options);`,
    options: { host: "127.0.0.1", port, user: "root", privateKey, hostKeys },
    directory: "/run",
    surroundings,
    leaseMs,
  };
}
