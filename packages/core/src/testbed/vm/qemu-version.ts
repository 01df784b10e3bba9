import { isHoststackError } from "@hoststack/tools";
import { hoststackError } from "../../errors/error.js";
import { runLocalTool } from "../../packages/local-tool.js";

/** The emulator all guests run in. */
export const qemuProgram = "qemu-system-x86_64";

/** Version of QEMU, e.g. 7.2.22. */
export interface QemuVersion {
  readonly major: number;
  readonly minor: number;
  readonly text: string;
}

/** Reads the first line of `qemu-system-x86_64 --version`; undefined where it is something else. */
export function parseQemuVersion(text: string): QemuVersion | undefined {
  const match = /^QEMU emulator version ((\d+)\.(\d+)[.\d]*)/.exec(text);
  if (match === null) return undefined;
  const [, version = "", major, minor] = match;
  return { major: Number(major), minor: Number(minor), text: version };
}

/** Asks the installed QEMU for its version. Throws TOOL_MISSING when there is none. */
export async function qemuVersion(signal?: AbortSignal): Promise<QemuVersion> {
  const result = await runLocalTool({ argv: [qemuProgram, "--version"], signal }).catch(
    (error: unknown) => {
      if (!isHoststackError(error, "TOOL_MISSING")) throw error;
      throw hoststackError("TOOL_MISSING", `guests need QEMU, but there is no ${qemuProgram}`, {
        cause: error,
        remedy: "install it, e.g. with `apt-get install --no-install-recommends qemu-system-x86`",
      });
    },
  );
  const version = parseQemuVersion(result.stdout);
  if (version !== undefined) return version;
  throw hoststackError("TOOL_MISSING", `${qemuProgram} does not say its version: ${result.stderr}`);
}
