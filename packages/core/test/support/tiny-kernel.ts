import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Host } from "../../src/host/host.js";
import { buildKernel } from "../../src/kernel/build/build-kernel.js";
import type { BuildKernelOptions } from "../../src/kernel/build/build-options.js";
import type { KernelBuildEvent } from "../../src/kernel/build/events.js";
import type { BuiltKernel } from "../../src/kernel/built.js";
import type { KernelRecipe } from "../../src/kernel/recipe.js";
import { kernelBuildEnvironment } from "./kernel-tools.js";
import { openMachine } from "./step-hosts.js";
import { writeTinySources } from "./tiny-sources.js";

const sources: Readonly<Record<string, string>> = {
  "a.c": "int a(void)\n{\n\treturn 1;\n}\n",
  "b.c": "int b(void)\n{\n\treturn 2;\n}\n",
  "c.c": "int c(void)\n{\n\treturn 3;\n}\n",
  "include/tiny.h": "#define WIDTH 1\n",
  "d.c": "int d(void)\n{\n\treturn 4;\n}\n",
};

/** Changes what `a` returns. */
export const returnOne = (value: string): string =>
  `--- a/a.c\n+++ b/a.c\n@@ -1,4 +1,4 @@\n int a(void)\n {\n-\treturn 1;\n+\treturn ${value};\n }\n`;

/** A build host with such sources, and what it was told. */
export interface TinyKernel extends AsyncDisposable {
  readonly host: Host;
  readonly path: string;
  /** The sources, as a directory. */
  readonly tree: string;
  readonly options: BuildKernelOptions;
  readonly events: KernelBuildEvent[];
  recipe(more?: Partial<KernelRecipe>): KernelRecipe;
  /** Builds a recipe for guests of the archive of the sources, with these differences. */
  build(more?: Partial<KernelRecipe>): Promise<BuiltKernel>;
  /** Objects compiled since this was last asked, in order of their names. */
  compiled(): Promise<string[]>;
}

/** Writes the sources, and an archive of them, into a directory of their own. */
export async function tinyKernel(): Promise<TinyKernel> {
  const path = await mkdtemp(join(tmpdir(), "hoststack-kernel-"));
  const tree = join(path, "tiny");
  await writeTinySources(tree, sources);
  const archive = join(path, "tiny.tar.gz");
  await promisify(execFile)("tar", ["-czf", archive, "-C", path, "tiny"]);
  const host = openMachine();
  const events: KernelBuildEvent[] = [];
  const options: BuildKernelOptions = {
    workDirectory: join(path, "work"),
    environment: await kernelBuildEnvironment(),
    jobs: 1,
    onEvent: (event) => events.push(event),
  };
  const recipe = (more: Partial<KernelRecipe> = {}): KernelRecipe => ({
    source: { local: archive },
    config: { base: "guest" },
    ...more,
  });
  return {
    ...{ host, path, tree, options, events, recipe },
    build: (more) => buildKernel(host, recipe(more), options),
    compiled: async () => {
      const { stdout } = await promisify(execFile)("find", [path, "-name", "compiled"]);
      const found: string[] = [];
      for (const file of stdout.split("\n").filter(Boolean)) {
        found.push(...(await readFile(file, "utf8")).split("\n").filter(Boolean));
        await rm(file);
      }
      return found.toSorted();
    },
    [Symbol.asyncDispose]: async () => {
      await host[Symbol.asyncDispose]();
      await rm(path, { recursive: true, force: true });
    },
  };
}
