import { open } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { exitCodes } from "../../errors/catalogue.js";
import { hoststackError } from "../../errors/error.js";
import { tokenState } from "../../host/process-token.js";
import { type KeptHost, keptHost } from "../../testbed/kept/list.js";
import { interruptible } from "../signals.js";
import type { Terminal } from "../terminal.js";

const pollMs = 200;
const blockBytes = 64 * 1024;

/** What `testbed console` was asked for. */
export interface ConsoleRequest {
  readonly host: string;
  readonly name: string | undefined;
  readonly follow: boolean;
}

function consoleOf({ testbed, host }: KeptHost): string {
  if (host.console !== undefined) return host.console;
  throw hoststackError("OPTIONS_INVALID", `${host.name} of ${testbed.name} has no console`, {
    remedy: "network namespaces boot no kernel; use --testbed vm for hosts that do",
    details: { field: "host" },
  });
}

/** Prints a growing file until the signal fires or, once nothing more comes, `last` holds. */
async function print(
  path: string,
  write: (text: string) => void,
  { signal, last }: { signal: AbortSignal; last: () => boolean },
): Promise<void> {
  await using file = await open(path);
  const decoder = new TextDecoder();
  const block = Buffer.alloc(blockBytes);
  for (;;) {
    // judged before the read: what was written until then is still printed
    const ends = last();
    const { bytesRead } = await file.read(block, 0, blockBytes, null);
    const text = decoder.decode(block.subarray(0, bytesRead), { stream: true });
    write(text.replaceAll("\r", ""));
    if (signal.aborted || (bytesRead === 0 && ends)) return;
    if (bytesRead === 0) await delay(pollMs, undefined, { signal }).catch(() => {});
  }
}

/** `testbed console HOST`: prints a guest's console log. Returns the exit code. */
export async function consoleCommand(request: ConsoleRequest, { out }: Terminal): Promise<number> {
  const at = await keptHost(request.host, request.name);
  const path = consoleOf(at);
  const last = () => !request.follow || tokenState(at.host.process) !== "alive";
  await interruptible((signal) => print(path, (text) => out.raw(text), { signal, last }));
  return exitCodes.ok;
}
