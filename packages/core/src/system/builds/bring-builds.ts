import { dirname } from "node:path/posix";
import { putTree } from "../../host/transfer/put-tree.js";
import { parsePlace, placeCommand } from "../../plan/place.js";
import type { Progress, Testbed } from "../../testbed/testbed.js";
import { type Build, buildKey, buildParts } from "./build.js";

/** How artefacts get into guests. */
export interface BringOptions {
  /** Where they lie on this machine. */
  readonly directories: ReadonlyMap<Build, string>;
  readonly signal: AbortSignal;
  readonly progress?: Progress;
}

/**
 * Brings artefacts of this machine into all guests, where `builtFact` finds them; what is there already is left alone.
 * Namespaces share this machine's files and need nothing. Throws as `putTree` does.
 */
export async function bringBuilds(testbed: Testbed, options: BringOptions): Promise<void> {
  const { directories, signal, progress } = options;
  if (testbed.kind !== "vm" || directories.size === 0) return;
  progress?.({ kind: "build.bring", text: "bringing what was built into the guests" });
  const brought = testbed.hosts.map(async (host) => {
    const [told] = await host.batch([placeCommand], { signal });
    const { stateDirectory } = parsePlace(host.name, told?.stdout ?? "");
    for (const [build, localPath] of directories) {
      const path = `${stateDirectory}/builds/${buildKey(build)}/${buildParts.copies}`;
      await host.run({ argv: ["mkdir", "-p", "--", dirname(path)] }, { signal });
      await putTree(host, { localPath, path, signal });
    }
  });
  await Promise.all(brought);
}
