import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GuestRecipe, openTestbed } from "@hoststack/core";
import { defaultCacheDirectory } from "../../packages/core/src/testbed/vm/cache-directory.js";
import type { Bench } from "../harness/bench.js";
import { bootRawGuests } from "../peers/raw-guests.js";

const recipe: GuestRecipe = {
  packages: [],
  modules: [],
  kernel: "linux-image-amd64",
  memoryMib: 512,
  cpus: 2,
  linkMtuBytes: 1500,
  bringUp: [],
  capabilities: [],
};

/** A cache with the images there are and snapshots of its own, which the bench may remove. */
async function ownCache() {
  const shared = defaultCacheDirectory();
  const parent = await mkdtemp(join(tmpdir(), "hoststack-bench-cache-"));
  const cache = join(parent, "hoststack");
  await mkdir(join(shared, "guest"), { recursive: true });
  await mkdir(cache);
  for (const name of ["apt", "guest", "packages"])
    await symlink(join(shared, name), join(cache, name));
  const before = process.env["XDG_CACHE_HOME"];
  process.env["XDG_CACHE_HOME"] = parent;
  return {
    dropSnapshots: () => rm(join(cache, "snapshots"), { recursive: true, force: true }),
    [Symbol.asyncDispose]: async () => {
      if (before === undefined) delete process.env["XDG_CACHE_HOME"];
      else process.env["XDG_CACHE_HOME"] = before;
      await rm(parent, { recursive: true, force: true });
    },
  };
}

async function commandInBoth(): Promise<AsyncDisposable> {
  const testbed = await openTestbed({ kind: "vm", hosts: ["client", "server"], recipe });
  await Promise.all(testbed.hosts.map((host) => host.run({ argv: ["true"] })));
  return testbed;
}

async function commandInRaw(): Promise<AsyncDisposable> {
  const guests = await bootRawGuests(recipe);
  await guests.runTrue();
  return guests;
}

/** Two guests, from nothing to a command that ran in both. */
export const guests: Bench = {
  id: "B12",
  title: "A command ran in both guests of a pair",
  terms:
    "Emulated (TCG). The peer starts two QEMUs at once on the same kernel, initramfs and machine and waits until both consoles say that SSH answers, and in the row that is judged has ssh run `true` in both then, as ours does; ours logs in, sets and measures both clocks and runs `true` in both. The first start has the image but no snapshot, which it takes; what it measures of the clocks then holds for the snapshot.",
  open: async () => {
    const cache = await ownCache();
    const drop = cache.dropSnapshots;
    return {
      comparisons: [
        {
          ...{ name: "first start of a guest pair : raw QEMU and ssh, two at once", pairs: 7 },
          ...{ ours: commandInBoth, peer: commandInRaw, atMost: 1.25 },
          before: { ours: drop },
        },
        {
          ...{ name: "first start of a guest pair : raw QEMU until SSH answers", pairs: 5 },
          // that peer runs no command: shown, not judged
          ...{ ours: commandInBoth, peer: () => bootRawGuests(recipe) },
          before: { ours: drop },
        },
        {
          ...{ name: "second start, from the snapshot : first start", pairs: 7 },
          ...{ ours: commandInBoth, peer: commandInBoth, atMost: 0.4 },
          before: { peer: drop },
        },
      ],
      [Symbol.asyncDispose]: cache[Symbol.asyncDispose],
    };
  },
};
