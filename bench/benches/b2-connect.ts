import { openHost, openSshTarget, openSshTransport, type Transport } from "@hoststack/core";
import type { Bench } from "../harness/bench.js";
import { child } from "../harness/child.js";
import { openSshFleet } from "../peers/ssh-fleet.js";

/** Connecting and the first command. */
export const connect: Bench = {
  id: "B2",
  title: "Connect and run the first command",
  terms:
    "The same sshd, key and pinned host key, login shell /bin/sh; until the result is there, ours without closing the connection.",
  open: async () => {
    const fleet = await openSshFleet(1);
    const [server] = fleet.servers;
    if (server === undefined) throw new Error("no server");
    const first = (opened: () => Promise<Transport>) => async () => {
      const host = openHost({ name: "n1", machine: { id: "n1" }, transport: await opened() });
      await host.run({ argv: ["true"] });
      return host;
    };
    const target = { destination: "n1", configFile: fleet.config };
    const through = (carrier: "ssh2" | "openssh") =>
      first(() => openSshTarget({ ...target, carrier }));
    const ssh = child(["ssh", "-F", fleet.config, "n1", "true"]);
    return {
      comparisons: [
        {
          ...{ name: "ssh2, all options given : ssh host true", peer: ssh, atMost: 1, pairs: 15 },
          ours: first(() => openSshTransport(server.options)),
        },
        {
          ...{ name: "ssh2, an ssh alias : ssh host true", peer: ssh, atMost: 1, pairs: 15 },
          ours: through("ssh2"),
        },
        {
          ...{ name: "openssh, an ssh alias : ssh host true", peer: ssh, atMost: 1.15, pairs: 15 },
          ours: through("openssh"),
        },
      ],
      [Symbol.asyncDispose]: fleet[Symbol.asyncDispose],
    };
  },
};
