import type { Host } from "../../host/host.js";
import type { PlanProgress } from "../../plan/apply-host.js";
import type { BuiltKernel } from "../built.js";

/** A host that can be logged in to again after a reboot. */
export interface RebootableHost {
  readonly host: Host;
  /** Logs in anew; called until it works. */
  readonly reopen: (signal: AbortSignal) => Promise<Host>;
  /** Where its SSH server can be asked whether it is up without logging in. @default `reopen` is tried instead */
  readonly address?: { readonly host: string; readonly port: number } | undefined;
}

/** Which kernel is booted, and how long one waits for it. */
export interface BootRequest {
  /** What has to run afterwards, by the proof of its release and configuration. */
  readonly kernel: Pick<BuiltKernel, "configSha256" | "release">;
  /**
   * From the start of the kernel until it has to be reached and proven; it is reset otherwise. At least 30_000, or it
   * would be reset before anybody can log in. @default 300_000
   */
  readonly deadlineMs?: number;
  /**
   * Longest time from the reboot until the host answers with whichever kernel; firmware of servers takes minutes,
   * twice where the kernel fails. @default deadlineMs + 900_000
   */
  readonly waitMs?: number;
  /** Further words for this one boot. @default none */
  readonly kernelArguments?: readonly string[];
  /** Boot it even though nothing would bring the host back from a hang or without its network. @default false */
  readonly acceptManualReset?: boolean;
  /** `kexec` starts it from the running kernel, without the firmware. @default "firmware" */
  readonly way?: "firmware" | "kexec";
  /** Have GRUB boot it by default once it is proven. @default false */
  readonly makeDefault?: boolean;
  /** Stops the waiting (INTERRUPTED); a boot under way goes on, and falls back by itself. */
  readonly signal?: AbortSignal;
  readonly progress?: PlanProgress;
}

/** A kernel that was booted and proven. */
export interface BootProof {
  /** A new connection: the one before ended with the old kernel. */
  readonly host: Host;
  readonly release: string;
  readonly bootId: string;
  /** What ran before. */
  readonly before: { readonly release: string; readonly bootId: string };
  /** Whose configuration was compared: the kernel's own, or the file installed with it. */
  readonly configFrom: "/boot" | "/proc/config.gz";
  /** From the reboot until it was proven. */
  readonly tookMs: number;
  /** From the SSH server's first answer until a login showed another boot. */
  readonly noticedMs: number;
}

export const defaultDeadlineMs = 300_000;
export const leastDeadlineMs = 30_000;
/** Firmware, twice, and shutting down. */
export const firmwareMs = 900_000;
