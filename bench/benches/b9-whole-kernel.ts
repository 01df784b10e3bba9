import { rm } from "node:fs/promises";
import { join } from "node:path";
import { openHost, openSshTransport } from "@hoststack/core";
import { copyKernel } from "@hoststack/core/kernel";
import type { Bench, Comparison } from "../harness/bench.js";
import { runChild } from "../harness/child.js";
import { secondsOf } from "../harness/elapsed.js";
import { type MarkedLinux, openMarkedLinux } from "../peers/marked-linux.js";
import { openSshFleet, type SshFleet } from "../peers/ssh-fleet.js";

/** Most that a build may take in units of make's time, beside a second. */
const share = 1.03;

const oneChanged = (linux: MarkedLinux): Comparison => ({
  name: "one file of C changed : make",
  ours: async () => {
    await linux.build();
    return undefined;
  },
  peer: async () => {
    await linux.makeAgain();
    return undefined;
  },
  // both sides' file is changed by either, so that both have one to compile
  before: { ours: linux.change, peer: linux.change },
  pairs: 9,
});

/** The same work: what the proof of a boot costs is in both sides. */
const releasedToo = (linux: MarkedLinux): Comparison => ({
  ...oneChanged(linux),
  atMost: 1.05,
  name: "one file of C changed : make, with a release of its own",
  peer: async () => {
    await linux.makeReleased();
    return undefined;
  },
});

async function copied(linux: MarkedLinux, fleet: SshFleet): Promise<Comparison> {
  const kernel = await linux.build();
  const [server] = fleet.servers;
  const [alias] = fleet.names;
  if (server === undefined || alias === undefined) throw new Error("no server");
  const directory = join(fleet.directory, "kernel");
  const forget = () => rm(directory, { recursive: true, force: true });
  const piped = `tar -C "$1" -c . | ssh -F "$2" "$3" "mkdir $4 && tar -C $4 -x"`;
  return {
    name: "copy to a second host : tar over ssh",
    ours: async () => {
      const transport = await openSshTransport(server.options);
      await using host = openHost({ name: alias, machine: { id: alias }, transport });
      await copyKernel(kernel, host, { from: linux.host, directory });
      return undefined;
    },
    peer: async () => {
      await runChild(["sh", "-c", piped, "sh", kernel.directory, fleet.config, alias, directory]);
      return undefined;
    },
    before: { ours: forget, peer: forget },
    pairs: 5,
  };
}

/** Building Linux, building it again and taking it to another host. */
export const wholeKernel: Bench = {
  id: "B9",
  title: "Linux is built and built again",
  terms:
    "The distribution's Linux 6.1 from its archive with a patch of ours, tinyconfig with a console and modules; out of tree (ours has the objects right below the sources, the peer beside them), as many jobs as CPUs, modules installed. Ours also gives every change a release of its own, by which a boot is proven and which compiles what holds that name: make with one does the same work and is judged, make without one is shown, and packs kernel and headers with their digests. The whole build is measured once, make's first, which finds colder caches; its processes are the host's, so their CPU time is not in the table. The copy connects to an sshd on this machine and compares all digests there; tar compares nothing.",
  open: async () => {
    const linux = await openMarkedLinux();
    const fleet = await openSshFleet(1);
    const makeS = await secondsOf(linux.makeWhole);
    const oursS = await secondsOf(linux.build);
    return {
      comparisons: [oneChanged(linux), releasedToo(linux), await copied(linux, fleet)],
      figures: [
        {
          ...{ name: `whole build beyond ${share} times make, once`, unit: "s", atMost: 1 },
          measure: async () => oursS - share * makeS,
        },
      ],
      [Symbol.asyncDispose]: async () => {
        await fleet[Symbol.asyncDispose]();
        await linux[Symbol.asyncDispose]();
      },
    };
  },
};
