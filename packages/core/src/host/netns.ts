import { readdirSync, readFileSync } from "node:fs";
import type { Command } from "../command/command.js";
import { launchText } from "../command/launch.js";
import { startChild } from "./child-process.js";
import { diesWithOwner } from "./owned.js";
import { ProcessSet } from "./process-set.js";
import type { RunningProcess, StartOptions, Transport } from "./transport.js";

/** A set of network, process and mount namespaces, held by a process. */
export interface NetnsOptions {
  /** Name in messages. */
  readonly name: string;
  /** First process of the process namespace, as this machine sees it. */
  readonly holderPid: number;
  /** The namespaces belong to a user namespace, entered first. @default false */
  readonly userNamespace?: boolean;
}

/** What comes before the argv of a program that is to run in the namespaces. */
export function enterArgv({ holderPid, userNamespace }: NetnsOptions): [string, ...string[]] {
  const user = userNamespace === true ? ["--user", "--preserve-credentials"] : [];
  return ["nsenter", `--target=${holderPid}`, ...user, "--net", "--pid", "--mount", "--"];
}

/**
 * Opens a transport into namespaces of this machine. Commands live in the holder's process namespace,
 * so that the kernel ends all of them with the holder; process ids are those inside. Needs `nsenter`,
 * `setsid`, `setpriv` and `sh`.
 */
export function openNetnsTransport(options: NetnsOptions): Transport {
  return new NetnsTransport(options);
}

class NetnsTransport implements Transport {
  readonly kind = "netns";
  readonly #options: NetnsOptions;
  readonly #running: ProcessSet;

  constructor(options: NetnsOptions) {
    this.#options = options;
    this.#running = new ProcessSet(options.name);
  }

  start(command: Command, options: StartOptions = {}): Promise<RunningProcess> {
    const { name: where } = this.#options;
    // nsenter forks to enter the process namespace and mirrors how its child ended. The child gets a
    // group of its own, so that a signal to it does not end nsenter, which has yet to tell.
    const argv = diesWithOwner([
      ...enterArgv(this.#options),
      "setsid",
      "sh",
      "-c",
      launchText(command, 3),
      "sh",
      ...command.argv,
    ]);
    return this.#running.add(() =>
      startChild({ command, argv, where, groupOf: onlyChild }, options),
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#running.close();
  }
}

/** The one child of a process; the process itself when the child has ended already. */
function onlyChild(pid: number): number {
  try {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ");
    return child === undefined || child === "" ? pid : Number(child);
  } catch {
    return scanForChild(pid) ?? pid;
  }
}

/** For kernels without lists of children. */
function scanForChild(parent: number): number | undefined {
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "latin1");
      const [, parentPid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (Number(parentPid) === parent) return Number(name);
    } catch {
      // It has ended meanwhile.
    }
  }
  return undefined;
}
