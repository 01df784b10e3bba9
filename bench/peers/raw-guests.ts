import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex, Readable, Writable } from "node:stream";
import type { GuestRecipe } from "@hoststack/core";
import { diesWithOwner } from "../../packages/core/src/host/owned.js";
import { makeKeyPair } from "../../packages/core/src/host/ssh/key-pair.js";
import { defaultCacheDirectory } from "../../packages/core/src/testbed/vm/cache-directory.js";
import { consoleBeyond } from "../../packages/core/src/testbed/vm/console-log.js";
import { guestIdentity, guestWords } from "../../packages/core/src/testbed/vm/guest-config.js";
import { guestImage } from "../../packages/core/src/testbed/vm/image/guest-image.js";
import {
  consoleDescriptor,
  consoleFile,
  guestArgv,
  type Wire,
} from "../../packages/core/src/testbed/vm/qemu-argv.js";
import { openQmp, parseForwardedPort } from "../../packages/core/src/testbed/vm/qmp.js";
import { openDataNetwork } from "../../packages/core/src/testbed/vm/wires.js";
import { runChild } from "../harness/child.js";

const names = ["client", "server"] as const;
const identities = names.map(guestIdentity);

/** Two guests without any of our own way of starting them. */
export interface RawGuests extends AsyncDisposable {
  /** Has ssh run `true` in both at once. */
  runTrue(): Promise<void>;
}

/** Starts two QEMUs by hand on the same kernel, initramfs and machine, and waits until SSH answers in both. */
export async function bootRawGuests(recipe: GuestRecipe): Promise<RawGuests> {
  const directory = await mkdtemp(join(tmpdir(), "hoststack-bench-vm-"));
  const image = await guestImage({ recipe, cacheDirectory: defaultCacheDirectory() });
  const { wires } = await openDataNetwork("unix", { guests: names.length, directory });
  const children: ChildProcess[] = [];
  const login = makeKeyPair();
  const keyFile = join(directory, "key");
  await writeFile(keyFile, login.openssh, { mode: 0o600 });
  const commands: [string, ...string[]][] = [];
  const dispose = async () => {
    await Promise.all(children.map(ended));
    await rm(directory, { recursive: true, force: true });
  };
  const boot = async (wire: Wire, index: number) => {
    const identity = guestIdentity(names[index] ?? "", index);
    const place = join(directory, identity.name);
    await mkdir(place);
    const { managementMac, dataMac } = identity;
    const argv = guestArgv(
      { acceleration: "tcg", ...image, memoryMib: recipe.memoryMib, cpus: recipe.cpus },
      { managementMac, dataMac, wire },
    );
    const [program, ...args] = diesWithOwner(argv);
    const child = spawn(program, args, {
      cwd: place,
      stdio: ["pipe", "pipe", "inherit", "pipe"],
    });
    children.push(child);
    const qmp = await openQmp(child.stdin as Writable, child.stdout as Readable);
    const words = child.stdio[consoleDescriptor] as Duplex;
    words.resume().on("error", () => {});
    const signal = AbortSignal.timeout(120_000);
    const log = join(place, consoleFile);
    const key = makeKeyPair();
    await consoleBeyond(log, ["booting"], signal);
    words.write(
      guestWords({
        ...{ guest: identity, all: identities, mtuBytes: recipe.linkMtuBytes, resumed: false },
        ...{ authorizedKey: login.publicLine, hostKey: key.dropbear, now: Date.now() },
      }),
    );
    const state = await consoleBeyond(log, ["booting", "waiting", "told"], signal);
    if (state !== "ready") throw new Error(`guest ${identity.name} did not come up`);
    const usernet = await qmp.execute("human-monitor-command", { "command-line": "info usernet" });
    const port = parseForwardedPort(String(usernet));
    const known = join(place, "known_hosts");
    await writeFile(known, `[127.0.0.1]:${port} ${key.publicLine}\n`);
    const options = [
      `UserKnownHostsFile=${known}`,
      "GlobalKnownHostsFile=/dev/null",
      "BatchMode=yes",
    ];
    commands.push([
      "ssh",
      ...["-F", "none", "-i", keyFile, "-o", "IdentitiesOnly=yes", "-p", `${port}`],
      ...options.flatMap((option) => ["-o", option]),
      ...["root@127.0.0.1", "true"],
    ]);
  };
  try {
    await Promise.all(wires.map(boot));
    return {
      runTrue: async () => {
        await Promise.all(commands.map((argv) => runChild(argv)));
      },
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}
