import { hoststackError } from "../../errors/error.js";
import type { Host } from "../../host/host.js";
import {
  faultRemedy,
  faultWords,
  type KernelFault,
  kernelFaults,
} from "../../steps/module-file/kernel-faults.js";
import {
  type KernelMessage,
  kernelLogScript,
  parseKernelLog,
} from "../../steps/module-file/kernel-log.js";
import { script } from "../../steps/script.js";

const taintedFile = "/proc/sys/kernel/tainted";

/** Where a kernel's log and taint stood at a moment. */
export interface KernelMark {
  /** Of the last message. */
  readonly sequence: number;
  /** Decoded by `taintFlags`. */
  readonly tainted: number;
}

/** What a kernel said and became since a {@link KernelMark}. */
export interface KernelChange {
  readonly messages: readonly KernelMessage[];
  readonly faults: readonly KernelFault[];
  readonly mark: KernelMark;
}

/** Reads where the kernel stands. Throws what `Host.batch` throws. */
export async function markKernel(host: Host): Promise<KernelMark> {
  return (await kernelSince(host, { sequence: 0, tainted: 0 })).mark;
}

/** Reads what the kernel said since a mark, and what faults are among it. Throws what `Host.batch` throws. */
export async function kernelSince(host: Host, since: KernelMark): Promise<KernelChange> {
  const [log, tainted] = await host.batch([
    script(kernelLogScript),
    { argv: ["cat", taintedFile] },
  ]);
  const messages = parseKernelLog(log?.stdout ?? "", since.sequence);
  return {
    messages,
    faults: kernelFaults(messages),
    mark: {
      sequence: messages.at(-1)?.sequence ?? since.sequence,
      tainted: Number(tainted?.stdout ?? 0),
    },
  };
}

/** The error KERNEL_FAULT: what a kernel complained about while something was done, the worst first. */
export function kernelFaultError(
  { host, doing }: { readonly host: string; readonly doing: string },
  faults: readonly KernelFault[],
  cause?: unknown,
): Error {
  const worst = faults.find(({ kind }) => kind !== "warning") ?? faults[0];
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : "";
  const what = worst === undefined ? "nothing" : faultWords(worst);
  return hoststackError(
    "KERNEL_FAULT",
    `while ${doing}, the kernel of ${host} said: ${what}${more}`,
    {
      ...(cause === undefined ? {} : { cause }),
      ...(worst === undefined ? {} : { remedy: faultRemedy(worst) }),
      details: { host, faults },
    },
  );
}
