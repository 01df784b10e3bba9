import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { hoststackError } from "../../../errors/error.js";
import type { BuiltKernel } from "../../../kernel/built.js";
import type { ArchiveEntry } from "./cpio.js";

/** What an image depends on of a built kernel. */
export interface BuiltKernelFacts {
  /** Of the kernel itself and its configuration. */
  readonly sha256: string;
  /** Guests of it can go on from a snapshot: it notices that it does, and makes its random numbers its own. */
  readonly resumable: boolean;
}

/** Reads the files guests boot. Throws OPTIONS_INVALID when the kernel is not on this computer. */
export async function builtKernelFacts(kernel: BuiltKernel): Promise<BuiltKernelFacts> {
  const { directory, release } = kernel;
  try {
    const image = await readFile(join(directory, "boot", `vmlinuz-${release}`));
    const config = await readFile(join(directory, "boot", `config-${release}`));
    return {
      sha256: createHash("sha256").update(image).update(config).digest("hex"),
      resumable: /^CONFIG_VMGENID=y$/m.test(config.toString("utf8")),
    };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw hoststackError("OPTIONS_INVALID", `guests cannot boot the kernel ${release}: ${why}`, {
      cause,
      remedy: "build it on this computer, or copy it here with copyKernel",
      details: { field: "kernel", directory, release },
    });
  }
}

/** Tells `modprobe` in guests which modules are part of the kernel, so that asking for them is no failure. */
export async function builtinEntries({ directory, release }: BuiltKernel): Promise<ArchiveEntry[]> {
  const name = `lib/modules/${release}/modules.builtin`;
  const content = await readFile(join(directory, name)).catch(() => Buffer.of());
  return [{ path: `usr/${name}`, type: "file", mode: 0o644, content }];
}

/** What `kernel.json` of a build notes of its sources. */
interface KernelNote {
  readonly inputs?: {
    readonly source?: { readonly digest?: string };
    readonly patches?: readonly { readonly name: string; readonly sha256: string }[];
    readonly edits?: readonly { readonly path: string; readonly sha256: string }[];
  };
}

/** What a built kernel is made of, a line each for records; its sources by their digest, not by where they were. */
export async function builtKernelProvenance({
  directory,
  configSha256,
}: BuiltKernel): Promise<Record<string, string>> {
  const text = await readFile(join(directory, "kernel.json"), "utf8").catch(() => "{}");
  const { inputs } = JSON.parse(text) as KernelNote;
  const changes = [
    ...(inputs?.patches ?? []).map(({ name, sha256 }) => `patch ${name} (sha256 ${sha256})`),
    ...(inputs?.edits ?? []).map(({ path, sha256 }) => `edits of ${path} (sha256 ${sha256})`),
  ];
  return {
    guestKernelConfig: `sha256 ${configSha256}`,
    guestKernelSource: inputs?.source?.digest ?? "unknown",
    guestKernelChanges: changes.join(", ") || (inputs === undefined ? "unknown" : "none"),
  };
}
