import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hoststackError } from "../../errors/error.js";
import type { Host } from "../../host/host.js";
import type { BuiltKernel } from "../../kernel/built.js";
import { buildModule } from "../../kernel/module/build-module.js";
import type { KernelHeaders } from "../../kernel/module/build-options.js";
import { defaultCacheDirectory } from "../../packages/cache-directory.js";
import { unpackedPackages } from "../../packages/unpacked-packages.js";
import { artefactName, artefactsOf, type KernelModuleBuild } from "./build.js";

/** Metapackage of the headers of the kernel guests boot. */
const headersPackage = "linux-headers-amd64";
const headersDirectory = /^linux-headers-(.+(?<!-common))$/;

/**
 * Headers of the kernel guests boot, from the same packages as that, or of another kernel of the distribution, unpacked
 * in the cache and not installed. Throws TOOL_MISSING where the distribution has none of that kernel, and as
 * `unpackedPackages` does.
 */
export async function unpackedHeaders(
  release: string | undefined,
  signal: AbortSignal,
): Promise<Required<KernelHeaders>> {
  const cacheDirectory = defaultCacheDirectory();
  const wanted = release === undefined ? headersPackage : `linux-headers-${release}`;
  const packages = [wanted];
  const { tree } = await unpackedPackages({ packages, cacheDirectory, signal }).catch((cause) => {
    if (release === undefined) throw cause;
    throw hoststackError("TOOL_MISSING", `this machine gets no headers of the kernel ${release}`, {
      cause,
      remedy: "build on the hosts, which have theirs: --build-on hosts",
      details: { package: wanted },
    });
  });
  const names = await readdir(join(tree, "usr", "src"));
  const found = names.flatMap((name) => headersDirectory.exec(name)?.[1] ?? []);
  const own = release === undefined ? found[0] : found.find((one) => one === release);
  if (own !== undefined) return { release: own, tree };
  throw hoststackError("TOOL_MISSING", `${wanted} brought no headers of a kernel`, {
    remedy: `look at ${tree}/usr/src`,
  });
}

/** Where the sources of a module are, and where its file is to be. */
export interface ModulePlace {
  /** The edited tree of sources. */
  readonly tree: string;
  /** An empty directory. */
  readonly artefacts: string;
  readonly against: BuiltKernel | KernelHeaders;
  readonly signal: AbortSignal;
}

/**
 * Builds a module on this machine, with a note beside it of what loading compares. What only debuggers read is left out: it
 * is nine tenths of the file. Throws as `buildModule` does.
 */
export async function buildModuleHere(
  host: Host,
  build: KernelModuleBuild,
  { tree, artefacts, against, signal }: ModulePlace,
): Promise<void> {
  const { name, defines = {} } = build.module;
  const { module } = await buildModule(host, {
    ...{ name, defines, signal, against },
    source: { directory: build.directory === undefined ? tree : join(tree, build.directory) },
    directory: join(tree, "..", "module"),
  });
  const [file = "", note = ""] = artefactsOf(build).map(artefactName);
  const path = join(artefacts, file);
  await host.run({ argv: ["strip", "--strip-debug", "-o", path, module.path] }, { signal });
  const sha256 = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  const { path: _, ...identity } = module;
  await writeFile(join(artefacts, note), `${JSON.stringify({ ...identity, sha256 })}\n`);
}
