import type { BecomeRoot } from "../../src/host/ssh/become.js";
import { openOpensshTransport } from "../../src/host/ssh/openssh/open.js";
import { openSshTransport, type SshOptions } from "../../src/host/ssh.js";
import type { Transport } from "../../src/host/transport.js";
import { configureTarget } from "./ssh-target.js";

/** Opens a transport by what a test server says of itself. */
export type OpenCarrierTransport = (
  options: SshOptions & { readonly become?: BecomeRoot },
) => Promise<Transport>;

/** Both ways to speak SSH, given the same login. */
export const carriers: Readonly<Record<"openssh" | "ssh2", OpenCarrierTransport>> = {
  ssh2: openSshTransport,
  openssh: async (options) => {
    const { connectTimeoutMs, signal, become } = options;
    // Read while it connects; further connections come within the same test.
    const configured = await configureTarget(options);
    const transport = await openOpensshTransport({
      ...configured.target,
      ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
      ...(signal === undefined ? {} : { signal }),
      ...(become === undefined ? {} : { become }),
    }).catch(async (error: unknown) => {
      await configured[Symbol.asyncDispose]();
      throw error;
    });
    const dispose = transport[Symbol.asyncDispose].bind(transport);
    return Object.assign(transport, {
      [Symbol.asyncDispose]: async () => {
        await dispose();
        await configured[Symbol.asyncDispose]();
      },
    });
  },
};
