import type { Command, ProcessExit } from "../../command/command.js";
import type { RunningProcess, StartOptions, Transport } from "../../host/transport.js";

/** How a contract's transport is opened. */
export type Open = () => Promise<Transport>;

/** All that a command gave. */
export interface Outcome {
  readonly exit: ProcessExit;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** Reads a process to its end; its standard input is closed unless it was already. */
export async function outcomeOf(process: RunningProcess): Promise<Outcome> {
  const chunks: [Buffer[], Buffer[]] = [[], []];
  process.stdout.on("data", (chunk: Buffer) => chunks[0].push(chunk));
  process.stderr.on("data", (chunk: Buffer) => chunks[1].push(chunk));
  process.stdin.end();
  const exit = await process.exit;
  return { exit, stdout: Buffer.concat(chunks[0]), stderr: Buffer.concat(chunks[1]) };
}

/** Opens a transport, runs one command to its end and closes the transport. */
export async function outcome(
  open: Open,
  command: Command,
  options?: StartOptions,
): Promise<Outcome> {
  await using transport = await open();
  return await outcomeOf(await transport.start(command, options));
}

/** A command of shell text. */
export function shell(text: string, ...args: string[]): Command {
  return { argv: ["sh", "-c", text, "sh", ...args] };
}

/** The next line of a process's standard output. */
export function firstLine(process: RunningProcess): Promise<string> {
  let text = "";
  return new Promise((resolve) => {
    process.stdout.on("data", (chunk) => {
      text += String(chunk);
      if (text.includes("\n")) resolve(text.slice(0, text.indexOf("\n")));
    });
  });
}

/** A process its new parent has yet to reap has ended as well. */
const awaitEnd = `
i=0
while kill -0 "$1" 2>/dev/null && ! grep -q ") Z" "/proc/$1/stat" 2>/dev/null; do
  i=$((i+1)); [ $i -lt 200 ] || exit 1
  sleep 0.02
done
`;

/** Says whether a process of the host ends within a few seconds. */
export async function isGone(transport: Transport, pid: string): Promise<boolean> {
  const { exit } = await outcomeOf(await transport.start(shell(awaitEnd, pid)));
  return exit.exitCode === 0;
}
