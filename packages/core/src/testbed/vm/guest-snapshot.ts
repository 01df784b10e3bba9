import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { exists, publishedDirectory } from "../../packages/owned-directory.js";
import { digest } from "../../packages/unpacked-packages.js";
import type { Progress } from "../testbed.js";
import { guestIdentity } from "./guest-config.js";
import { startGuest } from "./guest-process.js";
import type { GuestImage } from "./image/guest-image.js";
import { keepRate, type ProvenRate, provenRate } from "./proven-clock.js";
import { type GuestHardware, guestArgv, wireKind } from "./qemu-argv.js";
import type { QemuVersion } from "./qemu-version.js";

const formatVersion = 2;
const bootDeadlineMs = 120_000;

/** A guest that has booted and does not know yet who it is, as a file. */
export interface GuestSnapshot {
  readonly key: string;
  /** Absolute path of its state. */
  readonly state: string;
  /** Directory that holds it. */
  readonly directory: string;
  /** The rate a clock from it is known to run at; undefined until one was measured since this computer booted. */
  provenRate(): Promise<ProvenRate | undefined>;
  /** Keeps a steady rate; without it the next guest's clock is measured as well. */
  keepRate(measured: ProvenRate): Promise<void>;
  /** Removes it, so that it is made anew the next time. */
  drop(): Promise<void>;
}

/** What a snapshot depends on, and where it is kept. */
export interface SnapshotQuestion {
  readonly image: GuestImage;
  readonly hardware: GuestHardware;
  readonly version: QemuVersion;
  readonly cacheDirectory: string;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: Progress | undefined;
}

// no guest of a testbed has these addresses; sockets stay in the directory of the guest
const identity = guestIdentity("snapshot", -1);
const wiring = {
  managementMac: identity.managementMac,
  dataMac: identity.dataMac,
  wire: { kind: "unix", own: "own", peer: "peer" },
} as const;

/**
 * The snapshot emulated guests of this image, hardware and QEMU go on from, taken now if there is none:
 * a guest is booted for it up to where it would read who it is. Nobody has one where it cannot be taken
 * (which is said, and the guests boot), and where the processor runs the guests itself, for which
 * booting takes about a second, and with QEMU before 7.2, nor
 * with a kernel that would not notice. Throws only when the signal fires.
 */
export async function guestSnapshot(
  question: SnapshotQuestion,
): Promise<GuestSnapshot | undefined> {
  const { cacheDirectory, signal, progress } = question;
  const { acceleration } = question.hardware;
  if (!question.image.resumable) return undefined;
  if (acceleration !== "tcg" || wireKind(question.version) !== wiring.wire.kind) return undefined;
  const parent = join(cacheDirectory, "snapshots");
  const key = snapshotKey(question);
  const build = async (directory: string) => await takeSnapshot(question, directory);
  try {
    if (!(await exists(join(parent, key)))) {
      progress?.({ kind: "guest.snapshot", text: "booting a guest once, to go on from next time" });
    }
    const directory = await publishedDirectory({ parent, key, build });
    return {
      ...{ key, directory, state: join(directory, "state") },
      provenRate: () => provenRate(directory),
      keepRate: (measured) => keepRate(directory, measured).catch(() => {}),
      drop: async () => await rm(directory, { recursive: true, force: true }),
    };
  } catch (error) {
    signal?.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    progress?.({ kind: "guest.snapshot", text: `no snapshot could be taken, booting: ${why}` });
    return undefined;
  }
}

/** Says all that a state depends on: QEMU reads one only into the very machine it was taken of. */
function snapshotKey({ image, hardware, version }: SnapshotQuestion): string {
  const machine = guestArgv({ ...hardware, kernel: "", initramfs: "" }, wiring);
  return digest([formatVersion, image.key, version.text, machine]);
}

async function takeSnapshot(
  { hardware, signal }: SnapshotQuestion,
  directory: string,
): Promise<void> {
  const work = join(directory, "..", "guest");
  await using guest = await startGuest({
    name: identity.name,
    hardware,
    wiring,
    directory: work,
    bootDeadlineMs,
    signal,
  });
  await rename(await guest.saveState(), join(directory, "state"));
}
