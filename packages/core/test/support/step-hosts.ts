import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Command } from "../../src/command/command.js";
import type { Host } from "../../src/host/host.js";
import { openLocalTransport } from "../../src/host/local.js";
import { openNetnsTransport } from "../../src/host/netns.js";
import { openHost } from "../../src/host/open-host.js";
import { diesWithOwner } from "../../src/host/owned.js";
import type { Transport } from "../../src/host/transport.js";
import { packageTree } from "./ssh-server.js";

/** Runs a program to its end. */
export const run = promisify(execFile);

/** A directory of the test's own, removed at the end. */
export async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "hoststack-steps-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Which programs a host's commands find first: those of this machine, or busybox and its shell. */
export const userLands = ["debian", "busybox"] as const;
export type UserLand = (typeof userLands)[number];

/** What starts our processes; busybox has smaller ones of that name. */
const starters = ["setpriv", "nsenter", "setsid", "unshare"];

/** Fills a directory with busybox under the names of all its programs. */
export async function busyboxDirectory(directory: string): Promise<string> {
  const busybox = `${await packageTree("busybox-static")}/bin/busybox`;
  await run(busybox, ["--install", "-s", directory]);
  for (const name of starters) await rm(join(directory, name), { force: true });
  return directory;
}

/** A transport whose commands look in one directory first. */
export function withPath(transport: Transport, directory: string): Transport {
  const PATH = `${directory}:${process.env["PATH"]}`;
  const first = (command: Command): Command => {
    // The shell that runs a batch is looked for on the same PATH.
    return { ...command, env: { PATH, ...command.env } };
  };
  return {
    kind: transport.kind,
    start: (command, options) => transport.start(first(command), options),
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}

/** This machine, without touching its own programs. */
export function openMachine(transport: Transport = openLocalTransport()): Host {
  return openHost({ name: "machine", machine: { id: "machine" }, transport });
}

/** What is written goes to memory; everything else is this machine's. */
const overlayScript = `
mount --make-rprivate / && mount -t tmpfs tmpfs "$1" && cd "$1" && mkdir upper work root &&
mount -t overlay overlay -o lowerdir=/,upperdir="$1/upper",workdir="$1/work" root && cd root &&
mount --rbind /dev dev && mount -t proc proc proc && mount -t tmpfs tmpfs tmp && mkdir -p old_root &&
pivot_root . old_root && cd / && umount -l old_root || exit 1
echo ready
exec >/dev/null
sleep 2147483647 & wait
`;

/** A machine that is this one, but forgets all changes to its files at the end. */
export async function openForgetfulMachine(): Promise<Host> {
  const directory = await temporaryDirectory();
  const script = ["sh", "-c", overlayScript, "sh", directory.path];
  const unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child=SIGKILL", ...script];
  const argv = diesWithOwner(unshare as [string, ...string[]]);
  const holder = spawn(argv[0], argv.slice(1), { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(holder, "exit");
  const line = await Promise.race([once(holder.stdout, "data"), ended]);
  if (String(line[0]) !== "ready\n") throw new Error("no overlay of this machine could be made");
  const child = await readFile(`/proc/${holder.pid}/task/${holder.pid}/children`, "latin1");
  const inside = openNetnsTransport({ name: "machine", holderPid: Number(child) });
  return openMachine({
    kind: inside.kind,
    start: (command, options) => inside.start(command, options),
    [Symbol.asyncDispose]: async () => {
      await inside[Symbol.asyncDispose]();
      holder.kill("SIGKILL");
      await ended;
      await directory[Symbol.asyncDispose]();
    },
  });
}
