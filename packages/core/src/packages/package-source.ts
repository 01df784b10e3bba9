import { copyFile, link, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { isHoststackError } from "@hoststack/tools";
import { hoststackError } from "../errors/error.js";
import { type Apt, openApt } from "./apt.js";
import { type PackageFile, parseKernelPackages, parsePrintedUris } from "./apt-output.js";
import { needDiskSpace } from "./disk-space.js";
import { runLocalTool } from "./local-tool.js";

/** Packages of unpacked content per byte of package file, with room to spare. */
const unpackedRatio = 7;

/** What is wanted from the package source. */
interface PackageRequest {
  /** Names of packages wanted with all they depend on. */
  readonly packages: readonly string[];
  /** A kernel metapackage, wanted as its image and modules alone, e.g. `linux-image-amd64`. */
  readonly kernel?: string;
}

/** The packages a request stands for today. */
export interface Resolution {
  readonly files: readonly PackageFile[];
  /** Concrete kernel packages among `files`. */
  readonly kernelPackages: readonly string[];
  /** Version by package name, sorted by name. */
  readonly versions: Readonly<Record<string, string>>;
}

/** A source of package files. */
export interface PackageSource {
  /** Names and versions of the whole closure of a request. */
  resolve(request: PackageRequest): Promise<Resolution>;
  /** Downloads the files of a resolution, verified by apt, into a directory. */
  download(resolution: Resolution, directory: string): Promise<void>;
}

/** Where a package source lives and how it is stopped. */
export interface PackageSourceOptions {
  readonly cacheDirectory: string;
  readonly signal?: AbortSignal | undefined;
}

/** Opens the package source of this computer, its apt. Throws CAPABILITY_MISSING without apt. */
export async function openPackageSource(options: PackageSourceOptions): Promise<PackageSource> {
  const apt = await openApt({
    directory: join(options.cacheDirectory, "apt"),
    signal: options.signal,
  });
  await apt.update();
  return {
    resolve: async (request) => await freshened(apt, async () => await resolve(apt, request)),
    download: async (resolution, directory) => {
      const bytes = resolution.files.reduce((sum, file) => sum + file.sizeBytes, 0);
      await needDiskSpace(options.cacheDirectory, bytes * (1 + unpackedRatio));
      await freshened(apt, async () => await download(apt, resolution, directory));
    },
  };
}

/** Package lists age: what fails with old ones is tried once more with new ones. */
async function freshened<T>(apt: Apt, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!isHoststackError(error, "DOWNLOAD_FAILED")) throw error;
    if (!(await apt.update({ force: true }))) throw error;
    return await action();
  }
}

async function resolve(apt: Apt, request: PackageRequest): Promise<Resolution> {
  // apt prints no file that its archive directory holds already, so it is shown one that stays empty
  const archives = ["-o", `Dir::Cache::archives=${apt.emptyArchives}`];
  const flags = ["-qq", "-y", "--print-uris", ...archives];
  const files = parsePrintedUris(
    await apt.run(["apt-get", "install", ...flags, "--", ...request.packages]),
  );
  const kernelPackages: string[] = [];
  if (request.kernel !== undefined) {
    const shown = await apt.run(["apt-cache", "show", "--no-all-versions", request.kernel]);
    kernelPackages.push(...parseKernelPackages(shown));
    if (kernelPackages.length === 0) kernelPackages.push(request.kernel);
    files.push(...parsePrintedUris(await apt.run(downloadArgv(kernelPackages, "--print-uris"))));
  }
  const sorted = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const versions = Object.fromEntries(sorted.map((file) => [file.name, file.version]));
  const missing = request.packages.filter((name) => versions[name] === undefined);
  if (missing.length > 0) {
    throw hoststackError("DOWNLOAD_FAILED", `apt knows no package file for ${missing.join(", ")}`);
  }
  return { files: sorted, kernelPackages, versions };
}

async function download(apt: Apt, resolution: Resolution, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const pinned = resolution.files.map((file) => `${file.name}=${file.version}`);
  await apt.run(downloadArgv(pinned), apt.archives);
  for (const { file } of resolution.files) {
    const [from, to] = [join(apt.archives, file), join(directory, file)];
    await link(from, to).catch(async () => await copyFile(from, to));
  }
}

function downloadArgv(names: readonly string[], ...flags: string[]): ["apt-get", ...string[]] {
  return ["apt-get", "download", "-qq", ...flags, "--", ...names];
}

/** Unpacks a package file into a tree without installing it: no scripts run, no root needed. */
export async function unpackPackage(
  file: string,
  tree: string,
  signal?: AbortSignal,
): Promise<void> {
  const result = await runLocalTool({ argv: ["dpkg-deb", "-x", file, tree], signal });
  if (result.ok) return;
  throw hoststackError("DOWNLOAD_FAILED", `dpkg-deb could not unpack ${file}: ${result.stderr}`, {
    remedy: "check that the disk is not full",
  });
}
