import { openHost, openSshTransport } from "@hoststack/core";
import type { Bench, Figure } from "../harness/bench.js";
import { openDelayProxy, roundTrips } from "../harness/delay-proxy.js";
import { openCarriers } from "../peers/carriers.js";
import { openLocalShell } from "../peers/local-shell.js";
import type { SshFleet } from "../peers/ssh-fleet.js";

const count = 200;
const commands = Array.from({ length: count }, () => ({ argv: ["/bin/true"] as [string] }));
const script = commands.map(({ argv: [program] }) => program).join("\n");

/** Round trips of a warm batch, seen from outside. */
const trips = (fleet: SshFleet): Figure => ({
  ...{ name: `batch of ${count} over ssh2, counted by a delay proxy`, atMost: 1 },
  unit: "round trips",
  measure: async () => {
    const [server] = fleet.servers;
    if (server === undefined) throw new Error("no server");
    await using proxy = await openDelayProxy(server.options.port);
    const transport = await openSshTransport({ ...server.options, port: proxy.port });
    await using host = openHost({ name: "n1", machine: { id: "n1" }, transport });
    await host.batch(commands);
    const measured = await roundTrips(proxy, async () => void (await host.batch(commands)));
    // what the servers' work varies by is not a round trip
    return Math.round(measured * 10) / 10;
  },
});

/** Many short commands at once. */
export const batch: Bench = {
  id: "B3",
  title: `A batch of ${count} commands`,
  terms:
    "200 times /bin/true, each with its own status and outputs for us, and with nothing of that for the local sh.",
  realTime: true,
  open: async () => {
    const carriers = await openCarriers();
    const shell = openLocalShell();
    const peer = async (): Promise<undefined> => void (await shell.run(script));
    const comparisons = Object.entries(carriers.hosts).map(([name, host]) => ({
      ...{ name: `batch of ${count}, ${name} : ${count} in a local sh`, peer, atMost: 1.15 },
      pairs: 15,
      ours: async (): Promise<undefined> => void (await host.batch(commands)),
    }));
    return {
      comparisons,
      figures: [trips(carriers.fleet)],
      [Symbol.asyncDispose]: async () => {
        await shell[Symbol.asyncDispose]();
        await carriers[Symbol.asyncDispose]();
      },
    };
  },
};
