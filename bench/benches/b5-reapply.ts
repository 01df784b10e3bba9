import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileStep, openHost, openSshTransport } from "@hoststack/core";
import { applyPlan } from "../../packages/core/src/plan/apply-plan.js";
import { makePlan } from "../../packages/core/src/plan/plan.js";
import type { Bench, Comparison, Figure } from "../harness/bench.js";
import { child } from "../harness/child.js";
import { openDelayProxy, roundTrips } from "../harness/delay-proxy.js";
import { programPath } from "../harness/repository.js";
import { openSshFleet, type SshFleet } from "../peers/ssh-fleet.js";
import { unpackedPython } from "../peers/unpacked-python.js";

const hosts = 8;
// a playbook of 40 tasks takes minutes each time, so it is run less often
const sizes = [
  { count: 4, pairs: 7 },
  { count: 40, pairs: 3 },
] as const;

const filesOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    name: `file-${index}`,
    content: `# written by the bench\nvalue = ${index}\n`,
  }));

/** Has the files on every host, so that nothing is left to be done. */
async function haveFiles(fleet: SshFleet, count: number): Promise<string> {
  const base = join(fleet.directory, `files-${count}`);
  for (const name of fleet.names) {
    await mkdir(join(base, name), { recursive: true });
    for (const file of filesOf(count)) {
      await writeFile(join(base, name, file.name), file.content, { mode: 0o644 });
    }
  }
  return base;
}

async function ours(fleet: SshFleet, count: number, base: string) {
  const file = join(fleet.directory, `work-${count}.json`);
  const targets = fleet.servers.map(({ options }) => options);
  await writeFile(file, JSON.stringify({ targets, base, files: filesOf(count) }), { mode: 0o600 });
  return child([process.execPath, programPath("apply-plan"), file]);
}

async function playbook(fleet: SshFleet, count: number, base: string) {
  const { argv, env } = await unpackedPython("ansible-core", "ansible-playbook");
  const file = join(fleet.directory, `playbook-${count}.json`);
  const dest = (name: string) => `${base}/{{ inventory_hostname }}/${name}`;
  const tasks = filesOf(count).map(({ name, content }) => ({
    name: `have ${name}`,
    copy: { dest: dest(name), content, mode: "0644" },
  }));
  // YAML holds JSON
  await writeFile(file, JSON.stringify([{ hosts: "all", gather_facts: false, tasks }]));
  return child([...argv, "-i", `${fleet.names.join(",")},`, "-f", `${hosts}`, file], {
    ...env,
    ANSIBLE_HOME: join(fleet.directory, "ansible"),
    ANSIBLE_PIPELINING: "True",
    ANSIBLE_PYTHON_INTERPRETER: "/usr/bin/python3",
    ANSIBLE_SSH_EXTRA_ARGS: `-F ${fleet.config}`,
    ANSIBLE_SSH_ARGS: "-o ControlMaster=auto -o ControlPersist=60s",
    ANSIBLE_SSH_CONTROL_PATH_DIR: join(fleet.directory, "cp"),
  });
}

async function comparison(
  fleet: SshFleet,
  { count, pairs }: (typeof sizes)[number],
): Promise<Comparison> {
  const base = await haveFiles(fleet, count);
  return {
    name: `${count} steps on ${hosts} hosts, nothing to do : ansible-playbook`,
    ours: await ours(fleet, count, base),
    peer: await playbook(fleet, count, base),
    ...{ atMost: 1 / 10, pairs },
  };
}

/** Round trips of planning and applying on a host that is connected. */
const trips = (fleet: SshFleet, count: number): Figure => ({
  ...{ name: `plan and apply ${count} steps, nothing to do`, unit: "round trips", atMost: 2 },
  measure: async () => {
    const [server] = fleet.servers;
    if (server === undefined) throw new Error("no server");
    await using proxy = await openDelayProxy(server.options.port);
    const transport = await openSshTransport({ ...server.options, port: proxy.port });
    await using host = openHost({ name: "n1", machine: { id: "n1" }, transport });
    const base = await haveFiles(fleet, count);
    const steps = filesOf(count).map(({ name, content }) =>
      fileStep({ path: join(base, "n1", name), content }),
    );
    const once = async () => {
      await applyPlan(await makePlan([{ host, steps }]));
    };
    await once();
    return Math.round((await roundTrips(proxy, once)) * 10) / 10;
  },
});

/** Applying again what is applied. */
export const reapply: Bench = {
  id: "B5",
  title: "Apply again with nothing to do",
  terms: `Files with content and mode; start of the process included. Ansible: copy module, one task a file, ${hosts} forks, pipelining, no facts gathered, connections open from the run before (ControlPersist); ours connects anew.`,
  open: async () => {
    const fleet = await openSshFleet(hosts);
    return {
      comparisons: await Promise.all(sizes.map((size) => comparison(fleet, size))),
      figures: sizes.map(({ count }) => trips(fleet, count)),
      [Symbol.asyncDispose]: fleet[Symbol.asyncDispose],
    };
  },
};
