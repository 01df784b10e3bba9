import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../../src/host/host.js";
import { openHost } from "../../src/host/open-host.js";
import { diesWithOwner } from "../../src/host/owned.js";
import { openSshTransport } from "../../src/host/ssh.js";
import type { RebootableHost } from "../../src/kernel/boot/boot-request.js";
import { openQmp, parseForwardedPort } from "../../src/testbed/vm/qmp.js";

/** A guest that can reboot, as those of testbeds cannot. */
export interface RebootingGuest extends AsyncDisposable {
  readonly port: number;
  open(signal?: AbortSignal): Promise<Host>;
  /** Tries until somebody answers. */
  up(): Promise<Host>;
  /** As a boot needs it. */
  target(host: Host): RebootableHost;
  /** All that firmware, boot loader and kernels have said. */
  console(): Promise<string>;
}

/** What makes one guest differ from another. */
export interface RebootingGuestOptions {
  /** What it boots, and further devices: arguments of QEMU. */
  readonly machine: readonly string[];
  readonly memoryMib: number;
  /** Room for translated code: one that does not reboot, and compiles, is faster with more. @default 48 */
  readonly translatedMib?: number;
  readonly login: { readonly privateKey: string; readonly hostKeys: readonly string[] };
  /** Where its console is logged. */
  readonly directory: string;
}

/** Emulated, and on a machine that others keep busy. */
const bootMs = 900_000;

/**
 * Little memory for translated code, in MiB. A warm reset keeps it, and whoever then writes where the old kernel's code
 * lay, as the next one that unpacks itself, does so byte by byte: with QEMU's own default that takes minutes.
 */
const littleMib = 48;

const argv = ({
  machine,
  memoryMib,
  translatedMib = littleMib,
}: RebootingGuestOptions): [string, ...string[]] => [
  "qemu-system-x86_64",
  ...["-no-user-config", "-nodefaults", "-display", "none", "-machine", "q35"],
  ...["-accel", `tcg,thread=multi,tb-size=${translatedMib}`, "-cpu", "qemu64,+rdrand"],
  ...["-smp", "2", "-m", `${memoryMib}`, ...machine],
  ...["-netdev", "user,id=management,restrict=on,hostfwd=tcp:127.0.0.1:0-:22"],
  ...["-device", "virtio-net-pci,netdev=management,romfile="],
  ...["-chardev", "file,id=console,path=console.log", "-serial", "chardev:console"],
  ...["-chardev", "stdio,id=qmp,signal=off", "-mon", "chardev=qmp,mode=control"],
];

/** Starts a guest, whose first SSH server is still to come up. */
export async function startRebootingGuest(options: RebootingGuestOptions): Promise<RebootingGuest> {
  const { login, directory } = options;
  const [program, ...args] = diesWithOwner(argv(options));
  const child = spawn(program, args, { cwd: directory, stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const qmp = await openQmp(child.stdin, child.stdout);
  const usernet = await qmp.execute("human-monitor-command", { "command-line": "info usernet" });
  const port = parseForwardedPort(String(usernet));
  if (port === undefined) throw new Error(`QEMU forwards no port: ${String(usernet)}`);
  const address = { host: "127.0.0.1", port };
  const open = async (signal?: AbortSignal): Promise<Host> => {
    const stopping = signal === undefined ? {} : { signal };
    const transport = await openSshTransport({ ...address, user: "root", ...login, ...stopping });
    return openHost({ name: "guest", machine: { id: "guest" }, transport });
  };
  return {
    port,
    open,
    up: async () => {
      const late = AbortSignal.timeout(bootMs);
      for (;;) {
        try {
          return await open(AbortSignal.any([late, AbortSignal.timeout(15_000)]));
        } catch (error) {
          if (late.aborted) throw error;
          await sleep(500);
        }
      }
    },
    target: (host) => ({ host, reopen: open, address }),
    console: () => readFile(join(directory, "console.log"), "latin1"),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
