import { rm } from "node:fs/promises";
import { join } from "node:path";
import { exists, publishedDirectory } from "../../packages/owned-directory.js";
import { digest } from "../../packages/unpacked-packages.js";
import type { Progress } from "../testbed.js";
import { guestIdentity } from "./guest-config.js";
import type { RunningGuest } from "./guest-process.js";
import type { GuestImage } from "./image/guest-image.js";
import { keepRate, type ProvenRate, provenRate } from "./proven-clock.js";
import { type GuestHardware, guestArgv, wireKind } from "./qemu-argv.js";
import type { QemuVersion } from "./qemu-version.js";

const formatVersion = 3;

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

// what differs between guests stands for itself in the key
const identity = guestIdentity("snapshot", -1);
const wiring = {
  managementMac: identity.managementMac,
  dataMac: identity.dataMac,
  wire: { kind: "unix", own: "own", peer: "peer" },
} as const;

/** The snapshot there is, or how to take one. */
export interface Snapshots {
  /** What guests go on from. @default there is none yet */
  readonly found?: GuestSnapshot;
  /**
   * Takes one of a guest that waits to be told who it is, and goes on afterwards; undefined, which is said, where
   * that does not work. Throws only when the signal fires. @default nobody has one
   */
  readonly take?: (guest: RunningGuest) => Promise<GuestSnapshot | undefined>;
}

/**
 * The snapshot emulated guests of this image, hardware and QEMU go on from; where there is none yet, it can be taken
 * of one that has just booted. Nobody has one where the processor runs the guests itself, for which
 * booting takes about a second, and with QEMU before 7.2, nor with a kernel that would not notice.
 */
export async function guestSnapshots(question: SnapshotQuestion): Promise<Snapshots> {
  const { cacheDirectory, signal, progress } = question;
  const { acceleration } = question.hardware;
  if (!question.image.resumable) return {};
  if (acceleration !== "tcg" || wireKind(question.version) !== wiring.wire.kind) return {};
  const parent = join(cacheDirectory, "snapshots");
  const key = snapshotKey(question);
  const place = join(parent, key);
  if (await exists(place)) return { found: snapshotIn(place, key) };
  return {
    take: async (guest) => {
      const text = `keeping ${guest.name} as it has booted, to go on from next time`;
      progress?.({ kind: "guest.snapshot", text });
      const build = (directory: string) => guest.saveState(stateIn(directory));
      try {
        return snapshotIn(await publishedDirectory({ parent, key, build }), key);
      } catch (error) {
        signal?.throwIfAborted();
        const why = error instanceof Error ? error.message : String(error);
        progress?.({ kind: "guest.snapshot", text: `no snapshot could be taken: ${why}` });
        return undefined;
      }
    },
  };
}

const stateIn = (directory: string) => join(directory, "state");

const snapshotIn = (directory: string, key: string): GuestSnapshot => ({
  ...{ key, directory, state: stateIn(directory) },
  provenRate: () => provenRate(directory),
  keepRate: (measured) => keepRate(directory, measured).catch(() => {}),
  drop: async () => await rm(directory, { recursive: true, force: true }),
});

/** Says all that a state depends on: QEMU reads one only into the very machine it was taken of. */
function snapshotKey({ image, hardware, version }: SnapshotQuestion): string {
  const machine = guestArgv({ ...hardware, kernel: "", initramfs: "" }, wiring);
  return digest([formatVersion, image.key, version.text, machine]);
}
