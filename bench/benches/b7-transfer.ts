import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Host, openHost, openSshTarget } from "@hoststack/core";
import { putFile } from "../../packages/core/src/host/transfer/put-file.js";
import { putTree } from "../../packages/core/src/host/transfer/put-tree.js";
import type { Bench, Comparison, Figure, Side } from "../harness/bench.js";
import { child } from "../harness/child.js";
import { openDelayProxy } from "../harness/delay-proxy.js";
import { openShapedLink } from "../peers/shaped-link.js";
import { openSshFleet, type SshFleet } from "../peers/ssh-fleet.js";

const fileBytes = 256 * 2 ** 20;
/** What servers have for management. */
const linkGbps = 1;
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

async function makeSources(directory: string): Promise<Sources> {
  const place = (name: string) => join(directory, name);
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

/** An ssh_config with one host, `n1`. */
type Config = string;

/** The fleet's server behind a relay on `port`. */
async function configBehind(fleet: SshFleet, port: number): Promise<Config> {
  const ownPort = fleet.servers[0]?.options.port;
  const path = join(fleet.directory, "config-behind");
  // the first value counts; the key is known by the server's own port
  const lines = ["Host n1", `  Port ${port}`, `  HostKeyAlias [127.0.0.1]:${ownPort}`];
  await writeFile(path, [...lines, `Include ${fleet.config}`, ""].join("\n"));
  return path;
}

/** scp as most people who care use it: the digests of both ends compared. */
const scpChecked = `
config=$1 file=$2 target=$3
b2sum <"$file" >"$target.sum" &
scp -q -F "$config" "$file" "n1:$target" && wait && ssh -F "$config" n1 "b2sum <$target" | cmp - "$target.sum"
`;

/** The ways to one host. */
interface Ways {
  readonly near: Config;
  /** Every byte is held back. */
  readonly far: Config;
  /** Over a link of `linkGbps`. */
  readonly linked: Config;
}

function comparisons({ near, far, linked }: Ways, sources: Sources): Comparison[] {
  const connected = async (
    config: Config,
    work: (host: Host) => Promise<unknown>,
  ): Promise<undefined> => {
    const transport = await openSshTarget({ destination: "n1", configFile: config });
    await using host = openHost({ name: "n1", machine: { id: "n1" }, transport });
    await work(host);
  };
  const place = (name: string) => join(sources.target, name);
  let next = 0;
  // scp -r into a directory that is there would put the tree into it
  const fresh = (kind: string) => place(`${kind}-${next++}`);
  const scp = (config: Config, ...args: string[]) => child(["scp", "-q", "-F", config, ...args]);
  // a file that is there is written over by scp, and replaced by us
  const forget = (name: string) => () => rm(place(name), { force: true });
  const file = (name: string, config: Config, peer: Side): Comparison => ({
    ...{ name: `256 MiB${name}`, pairs: 7, peer },
    before: { ours: forget("ours"), peer: forget("scp") },
    ours: () =>
      connected(config, (host) => putFile(host, { localPath: sources.file, path: place("ours") })),
  });
  const scpFile = (config: Config, ...flags: string[]) =>
    scp(config, ...flags, sources.file, `n1:${place("scp")}`);
  const tree = (name: string, config: Config, ...flags: string[]): Comparison => ({
    ...{ name: `${treeFiles} files of 1 KiB${name}`, pairs: 9 },
    ours: () =>
      connected(config, (host) => putTree(host, { localPath: sources.tree, path: fresh("ours") })),
    peer: () => scp(config, ...flags, "-r", sources.tree, `n1:${fresh("scp")}`)(),
  });
  const byHand = child(["sh", "-c", scpChecked, "sh", near, sources.file, place("scp")]);
  const judged = [
    file(`, ${linkGbps} Gbit/s : scp`, linked, scpFile(linked)),
    file(" : scp", near, scpFile(near)),
    file(" : scp, digests compared by hand", near, byHand),
  ].map((one) => ({ ...one, atMost: 1 / 0.95 }));
  const judgedTrees = [
    tree(" : scp -r", near),
    { ...tree(", 2 ms round trip : scp -r", far), pairs: 3 },
  ].map((one) => ({ ...one, atMost: 1 / 5 }));
  return [
    ...judged,
    file(" : scp -O, the older protocol", near, scpFile(near, "-O")),
    ...judgedTrees,
    tree(" : scp -O -r, the older protocol", near, "-O"),
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
    "Connecting included, to the same sshd, whose SFTP is that within it. All files are in memory: this is about sending them, not about a disk, which may take a millisecond to make a small one. Ours compares digests on both ends and puts in place by a rename, scp does neither; without a link between them both ends share two CPUs, and what a check costs shows in full. The link is a veth pair that a token bucket holds to its rate. Behind a relay that holds every byte back 1 ms each way, files cost scp round trips. The start of node is not included.",
  open: async () => {
    const fleet = await openSshFleet(1);
    const memory = await mkdtemp("/dev/shm/hoststack-bench-");
    const sources = await makeSources(memory);
    const proxy = await openDelayProxy(Number(fleet.servers[0]?.options.port));
    proxy.setDelayMs(1);
    const far = await configBehind(fleet, proxy.port);
    const link = await openShapedLink(linkGbps);
    const linked = await openSshFleet(1, { within: link });
    const ways = { near: fleet.config, far, linked: linked.config };
    return {
      comparisons: comparisons(ways, sources),
      figures: [unchanged(fleet, sources)],
      [Symbol.asyncDispose]: async () => {
        await linked[Symbol.asyncDispose]();
        await link[Symbol.asyncDispose]();
        await proxy[Symbol.asyncDispose]();
        await fleet[Symbol.asyncDispose]();
        await rm(memory, { recursive: true, force: true });
      },
    };
  },
};
