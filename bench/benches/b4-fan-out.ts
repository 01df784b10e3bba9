import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bench, Comparison } from "../harness/bench.js";
import { child } from "../harness/child.js";
import { programPath } from "../harness/repository.js";
import { openSshFleet, type SshFleet } from "../peers/ssh-fleet.js";
import { unpackedPython } from "../peers/unpacked-python.js";

const counts = [8, 32] as const;
const hosts = (fleet: SshFleet, count: number) => fleet.names.slice(0, count);

async function ours(fleet: SshFleet, count: number) {
  const file = join(fleet.directory, `targets-${count}.json`);
  const targets = fleet.servers.slice(0, count).map(({ options }) => options);
  await writeFile(file, JSON.stringify(targets), { mode: 0o600 });
  return child([process.execPath, programPath("fan-out"), file]);
}

async function clush(fleet: SshFleet, count: number) {
  const { argv, env } = await unpackedPython("clustershell", "clush");
  const names = hosts(fleet, count).join(",");
  return child([...argv, "-f", `${count}`, "-o", `-F ${fleet.config}`, "-w", names, "true"], env);
}

/** Ansible over connections of its own for each run, or over masters left by the run before. */
async function ansible(fleet: SshFleet, count: number, connections: "warm" | "cold") {
  const { argv, env } = await unpackedPython("ansible-core", "ansible");
  const inventory = `${hosts(fleet, count).join(",")},`;
  const flags = ["-i", inventory, "-f", `${count}`, "-m", "raw", "-a", "true", "all"];
  const control =
    connections === "warm" ? "-o ControlMaster=auto -o ControlPersist=60s" : "-o ControlMaster=no";
  return child([...argv, ...flags], {
    ...env,
    ANSIBLE_HOME: join(fleet.directory, "ansible"),
    ANSIBLE_SSH_EXTRA_ARGS: `-F ${fleet.config}`,
    ANSIBLE_SSH_ARGS: control,
    ANSIBLE_SSH_CONTROL_PATH_DIR: join(fleet.directory, "cp"),
  });
}

async function comparisons(fleet: SshFleet, count: number): Promise<Comparison[]> {
  const own = await ours(fleet, count);
  const pairs = 7;
  return [
    {
      ...{ name: `true on ${count} hosts : clush`, ours: own, pairs },
      ...{ peer: await clush(fleet, count), atMost: 1 / 2, cpuAtMost: 1 / 2 },
    },
    ...(await Promise.all(
      (["cold", "warm"] as const).map(async (connections) => ({
        name: `true on ${count} hosts : ansible raw, ${count} forks, ${connections} connections`,
        ...{ ours: own, peer: await ansible(fleet, count, connections), pairs },
        // ours logs in anew, so only the first is the same work
        ...(connections === "cold" ? { atMost: 1 / 4, cpuAtMost: 1 / 4 } : {}),
      })),
    )),
  ];
}

/** One command on many hosts. */
export const fanOut: Bench = {
  id: "B4",
  title: "`true` on many sshds",
  terms:
    "Start of the process included; clush and Ansible with as many workers as hosts, Ansible once with a new connection for each run as ours, once with connections it finds open (ControlPersist: shown, not judged), ours new; login shell /bin/sh; CPU time without the servers'.",
  open: async () => {
    const fleet = await openSshFleet(Math.max(...counts));
    const listed = await Promise.all(counts.map((count) => comparisons(fleet, count)));
    return { comparisons: listed.flat(), [Symbol.asyncDispose]: fleet[Symbol.asyncDispose] };
  },
};
