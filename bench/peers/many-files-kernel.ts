import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { openHost, openLocalTransport } from "@hoststack/core";
import { type BuiltKernel, buildKernel, type KernelRecipe } from "@hoststack/core/kernel";
import { kernelBuildEnvironment } from "../../packages/core/test/support/kernel-tools.js";
import { writeTinySources } from "../../packages/core/test/support/tiny-sources.js";
import { runChild } from "../harness/child.js";

const fileCount = 120;
const functionsPerFile = 40;

/** A file that takes a compiler about as long as a small one of a kernel. */
function sourceOf(file: number): string {
  const body = "{ for (int i = 0; i < n; i++) n += n * i ^ (n >> 3); return n; }";
  const lines = Array.from(
    { length: functionsPerFile },
    (_, at) => `int f${file}_${at}(int n) ${body}`,
  );
  return `${lines.join("\n")}\n`;
}

/** The commands of a build, as somebody types them: $1 is the sources, $2 a directory that is emptied. */
const makeScript = `
rm -rf -- "$2" && mkdir -p "$2/out" && : >"$2/base" || exit 1
make="make --no-print-directory -C $1 O=$2/out CC=gcc"
$make KCONFIG_ALLCONFIG="$2/base" allnoconfig && echo 'CONFIG_LOCALVERSION="-peer"' >>"$2/out/.config" &&
  $make olddefconfig && $make -j"$3" all && $make INSTALL_MOD_PATH="$2/kernel" modules_install
`;

/** Sources that are built as a kernel is, by us and by make alone. */
export interface ManyFilesKernel extends AsyncDisposable {
  /** Builds them as they are found: all of them, or nothing. */
  build(): Promise<BuiltKernel>;
  /** Takes away everything that was built of them by us. */
  forget(): Promise<void>;
  make(): Promise<undefined>;
}

/** Writes the sources into a directory of their own, which is removed at the end. */
export async function openManyFilesKernel(): Promise<ManyFilesKernel> {
  const directory = await mkdtemp(join(tmpdir(), "hoststack-bench-kernel-"));
  const local = join(directory, "tiny");
  const files = Array.from({ length: fileCount }, (_, file) => [`f${file}.c`, sourceOf(file)]);
  await writeTinySources(local, Object.fromEntries(files));
  const host = openHost({
    name: "here",
    machine: { id: "here" },
    transport: openLocalTransport(),
  });
  const environment = await kernelBuildEnvironment();
  const jobs = availableParallelism();
  const workDirectory = join(directory, "work");
  const recipe: KernelRecipe = { source: { local }, config: { base: "guest" } };
  const forget = (name: string) => rm(join(workDirectory, name), { recursive: true, force: true });
  return {
    build: () => buildKernel(host, recipe, { workDirectory, environment, jobs }),
    forget: async () => {
      await forget("lines");
      await forget("kernels");
    },
    make: async () => {
      const argv = ["sh", "-c", makeScript, "sh", local, join(directory, "peer"), `${jobs}`];
      await runChild(argv as [string, ...string[]], environment);
      return undefined;
    },
    [Symbol.asyncDispose]: async () => {
      await host[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
