import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Host, openHost, openSshTarget } from "@hoststack/core";
import { putFile } from "../../packages/core/src/host/transfer/put-file.js";
import { putTree } from "../../packages/core/src/host/transfer/put-tree.js";
import type { Bench, Comparison, Figure } from "../harness/bench.js";
import { child } from "../harness/child.js";
import { openSshFleet, type SshFleet } from "../peers/ssh-fleet.js";

const fileBytes = 256 * 2 ** 20;
const treeFiles = 2000;
const directories = 20;

interface Sources {
  readonly file: string;
  readonly tree: string;
  /** Where things are put; the server is on this machine. */
  readonly target: string;
}

/** Content that no compression would shorten, the same in every run. */
function content(bytes: number, seed: number): Buffer {
  const buffer = Buffer.allocUnsafe(bytes);
  let state = seed * 2654435761 + 1;
  for (let offset = 0; offset + 4 <= bytes; offset += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    buffer.writeUInt32LE(state, offset);
  }
  return buffer;
}

async function makeSources(fleet: SshFleet): Promise<Sources> {
  const place = (name: string) => join(fleet.directory, name);
  const sources = { file: place("file"), tree: place("tree"), target: place("target") };
  await writeFile(sources.file, content(fileBytes, 1));
  await mkdir(sources.target);
  for (let directory = 0; directory < directories; directory++) {
    const path = join(sources.tree, `d${directory}`);
    await mkdir(path, { recursive: true });
    for (let index = 0; index < treeFiles / directories; index++) {
      await writeFile(join(path, `f${index}`), content(1024, directory * 1000 + index));
    }
  }
  return sources;
}

function comparisons(fleet: SshFleet, sources: Sources): Comparison[] {
  const target = { destination: "n1", configFile: fleet.config };
  const connected = async (work: (host: Host) => Promise<unknown>): Promise<undefined> => {
    const transport = await openSshTarget(target);
    await using host = openHost({ name: "n1", machine: { id: "n1" }, transport });
    await work(host);
  };
  const place = (name: string) => join(sources.target, name);
  let next = 0;
  // scp -r into a directory that is there would put the tree into it
  const fresh = (kind: string) => place(`${kind}-${next++}`);
  const scp = ["scp", "-q", "-O", "-F", fleet.config] as const;
  return [
    {
      ...{ name: "256 MiB : scp", atMost: 1 / 0.95, pairs: 7 },
      ours: () =>
        connected((host) => putFile(host, { localPath: sources.file, path: place("ours") })),
      peer: child([...scp, sources.file, `n1:${place("scp")}`]),
    },
    {
      ...{ name: `${treeFiles} files of 1 KiB : scp -r`, atMost: 1 / 5, pairs: 7 },
      ours: () =>
        connected((host) => putTree(host, { localPath: sources.tree, path: fresh("ours") })),
      peer: () => child([...scp, "-r", sources.tree, `n1:${fresh("scp")}`])(),
    },
  ];
}

/** Sends a tree again that is there already. */
const unchanged = (fleet: SshFleet, sources: Sources): Figure => ({
  ...{ name: `${treeFiles} files unchanged, median of 7, warm connection`, unit: "s", atMost: 1 },
  measure: async () => {
    const transport = await openSshTarget({ destination: "n1", configFile: fleet.config });
    await using host = openHost({ name: "n1", machine: { id: "n1" }, transport });
    const tree = { localPath: sources.tree, path: join(sources.target, "again") };
    await putTree(host, tree);
    const seconds: number[] = [];
    for (let attempt = 0; attempt < 7; attempt++) {
      const began = performance.now();
      if (!(await putTree(host, tree)).unchanged) throw new Error("the tree was sent again");
      seconds.push((performance.now() - began) / 1000);
    }
    return seconds.toSorted((a, b) => a - b)[3] ?? Number.NaN;
  },
});

/** Files to a host. */
export const transfer: Bench = {
  id: "B7",
  title: "A large file, many small ones, and a tree that is there",
  terms:
    "Connecting included, to the same sshd (`scp -O`, as it has no SFTP); ours compares digests on both ends and puts in place by a rename, scp does neither; the start of node is not included.",
  open: async () => {
    const fleet = await openSshFleet(1);
    const sources = await makeSources(fleet);
    return {
      comparisons: comparisons(fleet, sources),
      figures: [unchanged(fleet, sources)],
      [Symbol.asyncDispose]: fleet[Symbol.asyncDispose],
    };
  },
};
