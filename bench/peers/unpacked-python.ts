import { join } from "node:path";
import { packageTree } from "../../packages/core/test/support/ssh-server.js";
import { repository } from "../harness/repository.js";

/** How a Python program of the distribution is run without being installed. */
export interface PythonProgram {
  readonly argv: readonly [string, string];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A program of a Debian package, unpacked. Its compiled modules are kept, as installed packages have
 * them: without, it would be slower than for its users.
 */
export async function unpackedPython(packageName: string, program: string): Promise<PythonProgram> {
  const tree = await packageTree(packageName);
  const libraries = [`usr/lib/${triplet()}`, `lib/${triplet()}`].map((path) => join(tree, path));
  return {
    argv: [join(tree, "usr/bin/python3"), join(tree, "usr/bin", program)],
    env: {
      LD_LIBRARY_PATH: libraries.join(":"),
      PYTHONHOME: join(tree, "usr"),
      PYTHONPATH: join(tree, "usr/lib/python3/dist-packages"),
      PYTHONPYCACHEPREFIX: join(repository, "node_modules/.cache/hoststack-bench-python"),
    },
  };
}

const triplet = () => (process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu");
