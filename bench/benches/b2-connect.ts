import { openHost, openSshTransport } from "@hoststack/core";
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
    const ssh2 = async () => {
      const transport = await openSshTransport(server.options);
      const host = openHost({ name: "n1", machine: { id: "n1" }, transport });
      await host.run({ argv: ["true"] });
      return host;
    };
    const ssh = child(["ssh", "-F", fleet.config, "n1", "true"]);
    return {
      comparisons: [{ name: "ssh2 : ssh host true", ours: ssh2, peer: ssh, atMost: 1, pairs: 15 }],
      [Symbol.asyncDispose]: fleet[Symbol.asyncDispose],
    };
  },
};
