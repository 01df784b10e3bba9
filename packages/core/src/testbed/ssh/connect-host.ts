import { openLocalTransport } from "../../host/local.js";
import { type AskSecret, openSshTarget, type SshTargetOptions } from "../../host/ssh-target.js";
import type { Transport } from "../../host/transport.js";
import type { TestbedFileHost } from "../file/schema.js";

/** What connecting needs beside the description of the host. */
export interface ConnectContext {
  readonly signal?: AbortSignal;
  readonly ask?: AskSecret;
}

/** What a testbed file says of a host, in the terms of the SSH transport. */
export function sshTargetOf(
  described: NonNullable<TestbedFileHost["ssh"]>,
  { signal, ask }: ConnectContext,
): SshTargetOptions {
  const ssh = typeof described === "string" ? { destination: described } : described;
  return {
    destination: ssh.destination,
    ...(ssh.config === undefined ? {} : { configFile: ssh.config }),
    ...(ssh.jump === undefined ? {} : { jump: ssh.jump }),
    ...(ssh.carrier === undefined ? {} : { carrier: ssh.carrier }),
    ...(ssh.hostKeys === undefined ? {} : { hostKeyPolicy: ssh.hostKeys }),
    ...(ssh.sudo === true
      ? { become: { user: "root", ...(ask === undefined ? {} : { ask }) } }
      : {}),
    ...(signal === undefined ? {} : { signal }),
    ...(ask === undefined ? {} : { ask }),
  };
}

/** Connects to a host of a testbed file. Throws as `openSshTarget` does. */
export async function connectHost(
  host: TestbedFileHost,
  context: ConnectContext,
): Promise<Transport> {
  if (host.ssh === undefined) return openLocalTransport();
  return await openSshTarget(sshTargetOf(host.ssh, context));
}
