import { hoststackError } from "../../errors/error.js";
import type { Host } from "../../host/host.js";

/** A guest's wall clock may be as late as this. */
export const goodEnoughMs = 500;
const attempts = 3;

/**
 * Sets a guest's wall clock to this computer's: one that goes on from a snapshot is as late as that is
 * old. It is late by what the telling took at most, so where that was long it is told again.
 * Throws GUEST_FAILED.
 */
export async function setWallClock(host: Host, signal?: AbortSignal): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    if ((await tellTime(host, signal)) <= goodEnoughMs) return;
  }
}

/** Resolves with the time it took from telling to the clock's being set, in ms. */
async function tellTime(host: Host, signal?: AbortSignal): Promise<number> {
  // told only when the shell waits for it: getting one may take long
  const argv = ["sh", "-c", 'read -r now && exec date -s "@$now"'] as const;
  await using shell = await host.start({ argv }, signal && { signal });
  shell.stdout.resume();
  let words = "";
  shell.stderr.on("data", (chunk) => {
    words += String(chunk);
  });
  const now = Date.now();
  shell.stdin.end(`${(now / 1000).toFixed(3)}\n`);
  const { exitCode } = await shell.exit;
  signal?.throwIfAborted();
  if (exitCode === 0) return Date.now() - now;
  throw hoststackError("GUEST_FAILED", `the clock of guest ${host.name} cannot be set: ${words}`);
}
