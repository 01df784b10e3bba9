import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { hoststackError } from "../../errors/error.js";

interface Reply {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
}

/** A QEMU's control connection, one command at a time. */
export interface Qmp {
  /** Runs a command of QMP; throws GUEST_FAILED with QEMU's words, or when QEMU is gone. */
  execute(command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown>;
}

/** Starts talking QMP over the standard streams of a QEMU (docs/interop/qmp-spec in QEMU). */
export async function openQmp(stdin: Writable, stdout: Readable): Promise<Qmp> {
  const waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];
  const lines = createInterface({ input: stdout });
  let gone = false;
  stdin.on("error", () => {});
  lines.on("line", (line) => {
    const reply = JSON.parse(line) as Reply;
    if ("return" in reply || "error" in reply) waiting.shift()?.resolve(reply);
  });
  lines.on("close", () => {
    gone = true;
    for (const { reject } of waiting.splice(0)) reject(qemuGone());
  });
  const execute: Qmp["execute"] = async (command, args = {}) => {
    if (gone) throw qemuGone();
    const reply = await new Promise<Reply>((resolve, reject) => {
      waiting.push({ resolve, reject });
      stdin.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    });
    if (reply.error === undefined) return reply.return;
    throw hoststackError("GUEST_FAILED", `QEMU refused ${command}: ${reply.error.desc}`);
  };
  await execute("qmp_capabilities");
  return { execute };
}

function qemuGone() {
  return hoststackError("GUEST_FAILED", "QEMU ended");
}

/** The loopback port of the guest's SSH, from what the monitor's `info usernet` prints. */
export function parseForwardedPort(text: string): number | undefined {
  const match = /TCP\[HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)\s+\S+\s+22\s/.exec(text);
  const port = Number(match?.[1]);
  return port > 0 ? port : undefined;
}
