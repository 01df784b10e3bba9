import { spawn } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { diesWithOwner } from "../../host/owned.js";
import { digest, replaceFile } from "../../packages/unpacked-packages.js";
import { consoleBeyond } from "./console-log.js";
import { type Acceleration, canaryArgv, consoleFile, type GuestHardware } from "./qemu-argv.js";
import type { QemuVersion } from "./qemu-version.js";

/** Where hardware virtualisation works, the canary is up in well under two seconds. */
const canaryDeadlineMs = 6000;

/** How guests are to be run and why. */
export interface AccelerationVerdict {
  readonly acceleration: Acceleration;
  /** Why the guests are emulated. */
  readonly reason?: string;
}

/** What finding out takes. */
export interface AccelerationQuestion {
  readonly hardware: Omit<GuestHardware, "acceleration">;
  readonly version: QemuVersion;
  /** Verdicts are kept here until the computer is booted anew or has another QEMU. */
  readonly cacheDirectory: string;
  /** Private directory for the canary's console. */
  readonly directory: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds out whether guests can be run by the processor itself. That /dev/kvm opens proves nothing
 * (under some clouds' nested virtualisation guests then hang), so the guests' own kernel is booted.
 */
export async function chooseAcceleration(
  question: AccelerationQuestion,
): Promise<AccelerationVerdict> {
  const refusal = await open("/dev/kvm", "r+").then(
    async (handle) => await handle.close(),
    (error: NodeJS.ErrnoException) => error.code ?? String(error),
  );
  if (refusal === "ENOENT") return emulated("this computer has no /dev/kvm");
  if (refusal !== undefined) return emulated(`/dev/kvm cannot be opened (${refusal})`);

  const bootId = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
  const name = `kvm-${digest([bootId, question.version.text])}.json`;
  const file = join(question.cacheDirectory, "guest", name);
  const kept = await readFile(file, "utf8").catch(() => undefined);
  if (kept !== undefined) return JSON.parse(kept) as AccelerationVerdict;
  const verdict: AccelerationVerdict = (await canaryLives(question))
    ? { acceleration: "kvm" }
    : emulated("/dev/kvm opens, but a guest does not boot with it");
  await replaceFile(file, JSON.stringify(verdict));
  return verdict;
}

function emulated(reason: string): AccelerationVerdict {
  return { acceleration: "tcg", reason };
}

async function canaryLives(question: AccelerationQuestion): Promise<boolean> {
  const { directory, hardware } = question;
  const [program, ...args] = diesWithOwner(canaryArgv({ ...hardware, acceleration: "kvm" }));
  const child = spawn(program, args, { cwd: directory, stdio: "ignore" });
  const stop = new AbortController();
  const gone = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("close", () => resolve());
  });
  void gone.then(() => stop.abort());
  const deadline = AbortSignal.timeout(canaryDeadlineMs);
  const signal = AbortSignal.any([
    stop.signal,
    deadline,
    ...(question.signal === undefined ? [] : [question.signal]),
  ]);
  try {
    return (await consoleBeyond(join(directory, consoleFile), ["booting"], signal)) === "ready";
  } catch (error) {
    question.signal?.throwIfAborted();
    if (signal.aborted) return false;
    throw error;
  } finally {
    child.kill("SIGKILL");
    await gone;
  }
}
