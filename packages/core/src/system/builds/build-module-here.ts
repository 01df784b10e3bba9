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
const headersDirectory = /^linux-headers-(.+-amd64)$/;

/**
 * Headers of the kernel guests boot, from the same packages as that, unpacked in the cache and not installed. Throws
 * as `unpackedPackages` does.
 */
export async function guestHeaders(signal: AbortSignal): Promise<Required<KernelHeaders>> {
  const cacheDirectory = defaultCacheDirectory();
  const { tree } = await unpackedPackages({ packages: [headersPackage], cacheDirectory, signal });
  const names = await readdir(join(tree, "usr", "src"));
  const release = names.flatMap((name) => headersDirectory.exec(name)?.[1] ?? [])[0];
  if (release !== undefined) return { release, tree };
  throw hoststackError("TOOL_MISSING", `${headersPackage} brought no headers of a kernel`, {
    remedy: `look at ${tree}/usr/src`,
  });
}

/** Where the sources of a module are, and where its file is to be. */
export interface GuestModulePlace {
  /** The edited tree of sources. */
  readonly tree: string;
  /** An empty directory. */
  readonly artefacts: string;
  /** @default the distribution's */
  readonly kernel: BuiltKernel | undefined;
  readonly signal: AbortSignal;
}

/**
 * Builds a module for guests, with a note beside it of what loading compares. What only debuggers read is left out: it
 * is nine tenths of the file. Throws as `buildModule` does.
 */
export async function buildGuestModule(
  host: Host,
  build: KernelModuleBuild,
  { tree, artefacts, kernel, signal }: GuestModulePlace,
): Promise<void> {
  const { name, defines = {} } = build.module;
  const { module } = await buildModule(host, {
    ...{ name, defines, signal, against: kernel ?? (await guestHeaders(signal)) },
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
