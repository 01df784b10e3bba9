import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GuestRecipe } from "@hoststack/core";
import { diesWithOwner } from "../../packages/core/src/host/owned.js";
import { makeKeyPair } from "../../packages/core/src/host/ssh/key-pair.js";
import { defaultCacheDirectory } from "../../packages/core/src/testbed/vm/cache-directory.js";
import { consoleSettled } from "../../packages/core/src/testbed/vm/console-log.js";
import { guestConfig, guestIdentity } from "../../packages/core/src/testbed/vm/guest-config.js";
import { guestImage } from "../../packages/core/src/testbed/vm/image/guest-image.js";
import { goWords } from "../../packages/core/src/testbed/vm/image/init-script.js";
import { guestArgv } from "../../packages/core/src/testbed/vm/qemu-argv.js";
import { wireBetween } from "../../packages/core/src/testbed/vm/wires.js";

const names = ["client", "server"] as const;
const identities = names.map(guestIdentity);

/** Starts two QEMUs by hand on the same kernel, initramfs and machine, and waits until both are up. */
export async function bootRawGuests(recipe: GuestRecipe): Promise<AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), "hoststack-bench-vm-"));
  const image = await guestImage({ recipe, cacheDirectory: defaultCacheDirectory() });
  const wires = await wireBetween("unix");
  const children: ChildProcess[] = [];
  const dispose = async () => {
    await Promise.all(children.map(ended));
    await rm(directory, { recursive: true, force: true });
  };
  const boot = async (index: 0 | 1) => {
    const identity = guestIdentity(names[index], index);
    const place = join(directory, identity.name);
    await handIn(place, guestConfig(identity, identities, recipe.linkMtuBytes));
    const { managementMac, dataMac } = identity;
    const files = {
      config: "config",
      authorized_keys: "authorized_keys",
      host_key: "host_key",
      go: "go",
    };
    const argv = guestArgv(
      { acceleration: "tcg", ...image, memoryMib: recipe.memoryMib, cpus: recipe.cpus },
      { managementMac, dataMac, wire: wires[index], files },
    );
    const [program, ...args] = diesWithOwner(argv);
    children.push(spawn(program, args, { cwd: place, stdio: ["pipe", "ignore", "inherit"] }));
    const state = await consoleSettled(join(place, "console.log"), AbortSignal.timeout(120_000));
    if (state !== "ready") throw new Error(`guest ${identity.name} did not come up`);
  };
  try {
    await Promise.all([boot(0), boot(1)]);
    return { [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function handIn(directory: string, config: string): Promise<void> {
  const key = makeKeyPair();
  await mkdir(directory);
  await writeFile(join(directory, "config"), config);
  await writeFile(join(directory, "authorized_keys"), `${key.publicLine}\n`);
  await writeFile(join(directory, "host_key"), key.dropbear);
  await writeFile(join(directory, "go"), goWords.boot);
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}
