import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { openHost, openLocalTransport } from "@hoststack/core";
import { type BuiltKernel, buildKernel } from "@hoststack/core/kernel";
import { kernelBuildEnvironment } from "../../packages/core/test/support/kernel-tools.js";
import {
  firstMark,
  markedKernel,
  markFile,
} from "../../packages/core/test/support/marked-kernel.js";
import { packageTree } from "../../packages/core/test/support/ssh-server.js";
import { runChild } from "../harness/child.js";

const sourcePackage = "linux-source-6.1";

/** What somebody types who builds it by hand: $1 the archive, $2 a directory, $3 the patch, $4 symbols, $5 jobs. */
const wholeScript = `
mkdir -p -- "$2/src" && tar -xf "$1" -C "$2/src" --strip-components=1 && cd "$2/src" && patch -s -p1 <"$3" || exit 1
make="make --no-print-directory O=$2/out CC=gcc"
$make tinyconfig >/dev/null && cat "$4" >>"$2/out/.config" && $make olddefconfig >/dev/null &&
  $make -j"$5" all && $make INSTALL_MOD_PATH="$2/kernel" modules_install
`;
/** The same arguments, and $6, which is empty or a local version. */
const againScript = `
set -- "$2" "$5" \${6:+"LOCALVERSION=$6"}
out=$1/out kernel=$1/kernel jobs=$2
cd "$1/src" && shift 2 && make --no-print-directory O="$out" CC=gcc -j"$jobs" "$@" all &&
  make --no-print-directory O="$out" "$@" INSTALL_MOD_PATH="$kernel" modules_install
`;

/** A whole Linux kernel of the distribution's sources, small, with a file of ours that can be changed. */
export interface MarkedLinux extends AsyncDisposable {
  readonly host: ReturnType<typeof openHost>;
  /** Ours, whole or what the last change asks for. */
  build(): Promise<BuiltKernel>;
  /** By hand, from the archive. */
  makeWhole(): Promise<void>;
  /** By hand, what the last change asks for. */
  makeAgain(): Promise<void>;
  /** The same, with a release of its own, as ours has. */
  makeReleased(): Promise<void>;
  /** Changes one file of C in the sources of both. */
  change(): Promise<void>;
}

/** Has the sources' archive and the tools, unpacked and not installed; all of it goes into a directory of its own. */
export async function openMarkedLinux(): Promise<MarkedLinux> {
  const archive = join(await packageTree(sourcePackage), `usr/src/${sourcePackage}.tar.xz`);
  const environment = await kernelBuildEnvironment();
  const directory = await mkdtemp(join(tmpdir(), "hoststack-bench-linux-"));
  const peer = join(directory, "peer");
  const files = { patch: join(directory, "patch"), symbols: join(directory, "symbols") };
  const [patch] = markedKernel.patches ?? [];
  if (patch === undefined || !("text" in patch)) throw new Error("the kernel has no patch");
  await writeFile(files.patch, patch.text);
  const symbols = Object.keys(markedKernel.config.set ?? {}).map(
    (symbol) => `CONFIG_${symbol}=y\n`,
  );
  await writeFile(files.symbols, symbols.join(""));
  const jobs = availableParallelism();
  const byHand = async (script: string, localVersion = "") => {
    const args = [archive, peer, files.patch, files.symbols, `${jobs}`, localVersion];
    await runChild(["sh", "-c", script, "sh", ...args], environment);
  };
  const transport = openLocalTransport();
  const host = openHost({ name: "here", machine: { id: "here" }, transport });
  const options = { workDirectory: join(directory, "ours"), environment, jobs };
  let mark = firstMark;
  return {
    host,
    build: () => {
      const edit = { pattern: `mark = ${firstMark};`, replacement: `mark = ${mark};` };
      const edits = mark === firstMark ? [] : [{ path: markFile, edits: [edit] }];
      const source = { local: archive };
      return buildKernel(host, { ...markedKernel, source, edits }, options);
    },
    makeWhole: () => byHand(wholeScript),
    makeAgain: () => byHand(againScript),
    makeReleased: () => byHand(againScript, `-mark${mark}`),
    change: async () => {
      mark++;
      const edit = `s/mark = [0-9]*;/mark = ${mark};/`;
      await runChild(["sed", "-i", edit, join(peer, "src", markFile)]);
    },
    [Symbol.asyncDispose]: async () => {
      await host[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
