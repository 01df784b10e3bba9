import { join } from "node:path";
import type { Host } from "@hoststack/core";
import type { Bench, Comparison } from "../harness/bench.js";
import { runChild } from "../harness/child.js";
import { openCarriers } from "../peers/carriers.js";
import { type LocalShell, openLocalShell } from "../peers/local-shell.js";

/** A program, as a command built into shells would cost the peer nothing. */
const program = "/bin/true";
const repeated = { pipe: 40, mux: 10 } as const;

const times = (count: number, once: () => Promise<unknown>) => async (): Promise<undefined> => {
  for (let index = 0; index < count; index++) await once();
};

const batch = (host: Host) => () => host.batch([{ argv: [program] }]);

function besidePipe(name: string, host: Host, shell: LocalShell): Comparison[] {
  const peer = times(repeated.pipe, () => shell.run(program));
  const run = () => host.run({ argv: [program] });
  return [
    {
      ...{ name: `batch of one, ${name} : local sh pipe`, peer, atMost: 2.5 },
      ours: times(repeated.pipe, batch(host)),
    },
    { name: `host.run, ${name} : local sh pipe`, peer, ours: times(repeated.pipe, run), pairs: 7 },
  ];
}

/** A command on a host that is connected already. */
export const warmCommand: Bench = {
  id: "B1",
  title: "A command on a warm host",
  terms: `${repeated.pipe} times ${program} one after the other (${repeated.mux} beside the ControlMaster); the peer's pipe is a local sh that is told and answers, over no network; a run has a process group and streams of its own and is reported only.`,
  open: async () => {
    const carriers = await openCarriers();
    const shell = openLocalShell();
    const { hosts, fleet } = carriers;
    const ssh = ["ssh", "-F", fleet.config, "-S", join(fleet.directory, "mux")] as const;
    await runChild([...ssh, "-M", "-f", "-N", "-o", "ControlPersist=no", "n1"]);
    const mux = times(repeated.mux, () => runChild([...ssh, "n1", program]));
    const besideMux = (["ssh2", "openssh"] as const).map((name) => ({
      ...{ name: `batch of one, ${name} : ssh through a ControlMaster`, peer: mux, atMost: 1 / 8 },
      ours: times(repeated.mux, batch(hosts[name])),
    }));
    const all = Object.entries(hosts).flatMap(([name, host]) => besidePipe(name, host, shell));
    return {
      comparisons: [...all, ...besideMux],
      [Symbol.asyncDispose]: async () => {
        await runChild([...ssh, "-O", "exit", "n1"]);
        await shell[Symbol.asyncDispose]();
        await carriers[Symbol.asyncDispose]();
      },
    };
  },
};
