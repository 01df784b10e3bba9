import { hoststackError } from "@hoststack/core";

/** What of a kernel decides which edits the module's sources need. */
export interface ModuleKernel {
  /** It has upstream's patch: packets of dcPIM go disguised as TCP's. */
  readonly patched: boolean;
  /** It is 6.1 or newer. */
  readonly since61: boolean;
}

/** The distribution's: Debian 6.1, without the patch. */
export const distributionKernel: ModuleKernel = { patched: false, since61: true };

/** What a host says of the kernel it runs. */
export interface KernelSigns {
  readonly release: string;
  /** Whether it exports what only the patch does; `unknown` where it shows no exported symbols. */
  readonly patch: "absent" | "present" | "unknown";
}

/** Whether a release is of 6.1 or newer. Throws OPTIONS_INVALID for one that says no version. */
function isSince61(release: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  if (major === undefined || minor === undefined) {
    throw hoststackError("OPTIONS_INVALID", `the release "${release}" says no version of Linux`, {
      details: { field: "release" },
    });
  }
  return Number(major) > 6 || (Number(major) === 6 && Number(minor) >= 1);
}

/**
 * The kernel of a host, by its own signs. One that does not show its exported symbols counts as unpatched from 6.1 on,
 * which the patch does not fit; throws CAPABILITY_MISSING for an older one, as nobody could tell what it is.
 */
export function moduleKernelOf({ release, patch }: KernelSigns, host: string): ModuleKernel {
  const since61 = isSince61(release);
  if (patch === "unknown" && !since61) {
    const text = `${host} does not show whether its kernel ${release} has dcPIM's patch`;
    throw hoststackError("CAPABILITY_MISSING", text, {
      remedy: "build it with CONFIG_KALLSYMS_ALL=y, as kernel build does",
      details: { host, release },
    });
  }
  return { patched: patch === "present", since61 };
}

/** A kernel in words. */
export const kernelText = ({ patched, since61 }: ModuleKernel): string =>
  `${patched ? "patched" : "unpatched"} kernel ${since61 ? "from 6.1 on" : "before 6.1"}`;

/** The kernel that `--kernel` means; the distribution's where none was asked for. */
export const kernelOfName = (name: string | undefined): ModuleKernel =>
  name === undefined ? distributionKernel : { patched: name === "patched", since61: false };
