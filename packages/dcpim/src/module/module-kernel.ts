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
 * What the kernel of a host can be, by its own signs. One that does not show what it exports counts as unpatched from 6.1
 * on, which the patch does not fit; an older one can be either. Throws OPTIONS_INVALID for a release without a version.
 */
export function possibleKernels({ release, patch }: KernelSigns): readonly ModuleKernel[] {
  const since61 = isSince61(release);
  const unpatched = { patched: false, since61 };
  const patched = { patched: true, since61 };
  if (patch === "present") return [patched];
  return patch === "absent" || since61 ? [unpatched] : [patched, unpatched];
}

/** A kernel in words. */
export const kernelText = ({ patched, since61 }: ModuleKernel): string =>
  `${patched ? "patched" : "unpatched"} kernel ${since61 ? "from 6.1 on" : "before 6.1"}`;

/** The kernel that `--kernel` means; the distribution's where none was asked for. */
export const kernelOfName = (name: string | undefined): ModuleKernel =>
  name === undefined ? distributionKernel : { patched: name === "patched", since61: false };
