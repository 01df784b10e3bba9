import { spawn } from "node:child_process";
import { constants } from "node:os";
import { hoststackError } from "../../errors/error.js";
import { enterCommand } from "../../testbed/kept/enter.js";
import { keptHost } from "../../testbed/kept/list.js";
import type { Terminal } from "../terminal.js";

/** What a shell says of a program that a signal ended. */
const signalStatus = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

/** Runs a program on this terminal and returns its exit status; what is typed is for the program. */
async function onTerminal(argv: readonly [string, ...string[]]): Promise<number> {
  const [program, ...args] = argv;
  const ignore = () => {};
  // Ctrl-C reaches the program too, which decides what it means
  process.on("SIGINT", ignore);
  try {
    return await new Promise<number>((resolve, reject) => {
      const child = spawn(program, args, { stdio: "inherit" });
      child.once("error", (cause: NodeJS.ErrnoException) => {
        if (cause.code !== "ENOENT") return reject(cause);
        const text = `"${program}" is not installed on this machine`;
        const remedy = `install the package ${program === "ssh" ? "openssh-client" : "util-linux"}`;
        return reject(hoststackError("TOOL_MISSING", text, { cause, remedy }));
      });
      child.once("exit", (code, signal) => resolve(signal ? signalStatus(signal) : (code ?? 1)));
    });
  } finally {
    process.off("SIGINT", ignore);
  }
}

/** What `testbed ssh` was asked for. */
export interface SshRequest {
  readonly host: string;
  readonly name: string | undefined;
  /** @default a shell */
  readonly argv: readonly string[];
}

/** `testbed ssh HOST`: a shell on a host, or one program. Returns its exit status. */
export async function sshCommand(request: SshRequest, { err }: Terminal): Promise<number> {
  const at = await keptHost(request.host, request.name);
  const [program, ...args] = request.argv;
  const terminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  if (program === undefined) {
    err.line(`shell on ${at.host.name} of ${at.testbed.name}; exit leaves it`);
    return await onTerminal(enterCommand(at, { terminal }).argv);
  }
  return await onTerminal(enterCommand(at, { argv: [program, ...args], terminal }).argv);
}
