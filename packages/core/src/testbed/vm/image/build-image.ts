import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { hoststackError } from "../../../errors/error.js";
import type { BuiltKernel } from "../../../kernel/built.js";
import type { PackageFile } from "../../../packages/apt-output.js";
import { runLocalTool } from "../../../packages/local-tool.js";
import {
  type PackageSource,
  type Resolution,
  unpackPackage,
} from "../../../packages/package-source.js";
import { baseModules, basePackages, type ImageRecipe } from "../recipe.js";
import { builtinEntries } from "./built-kernel.js";
import { writeArchive } from "./cpio.js";
import { appletLinks, guestFiles } from "./guest-files.js";
import { moduleClosure, moduleEntries, openModules } from "./kernel-modules.js";
import { kernelPayload } from "./kernel-payload.js";
import { isInGuest, isKeptOfThinned, isThinned } from "./package-selection.js";
import { hasPvhEntry } from "./pvh-entry.js";
import { completeEntries, treeEntries } from "./tree-entries.js";
import { unpackModule, unpackXz } from "./unpackers.js";

/** Files of an image directory. */
export const imageFiles = {
  kernel: "kernel",
  initramfs: "initramfs",
  facts: "image.json",
} as const;

/** What an image build works from. */
export interface ImageBuild {
  readonly recipe: ImageRecipe;
  readonly source: PackageSource;
  readonly resolution: Resolution;
  /** The guests' kernel. @default that of the packages */
  readonly kernel?: BuiltKernel | undefined;
  /** Noted with the image: its guests can go on from a snapshot. */
  readonly resumable: boolean;
  /** Filled with the image. */
  readonly directory: string;
  readonly signal?: AbortSignal | undefined;
}

/** Makes a kernel and an initramfs from packages; needs no root. */
export async function buildImage(build: ImageBuild): Promise<void> {
  const { directory, signal } = build;
  const work = join(directory, "..");
  const tree = {
    guest: join(work, "guest"),
    thinned: join(work, "thinned"),
    aside: join(work, "aside"),
  };
  await unpackAll(build, tree);
  const { place, modulesRoot, release } = await kernelPlace(build, tree.aside);
  const tools = tree.aside;
  await extractKernel({ place, tools }, join(directory, imageFiles.kernel), signal);

  const modules = await moduleClosure(
    await openModules(
      join(modulesRoot, release),
      async (file) => await unpackModule(tree.aside, file, signal),
    ),
    [...baseModules, ...build.recipe.modules],
  );
  const packed = [
    ...(await treeEntries(tree.thinned)).filter(({ path }) => isKeptOfThinned(path)),
    ...(await treeEntries(tree.guest)),
  ];
  const applets = await busyboxApplets(tree.guest, signal);
  const entries = [
    ...appletLinks(applets, packed),
    ...packed,
    ...moduleEntries(release, modules),
    ...(build.kernel === undefined ? [] : await builtinEntries(build.kernel)),
    ...guestFiles(),
  ];
  await writeArchive(join(directory, imageFiles.initramfs), completeEntries(entries), signal);
  await writeFile(
    join(directory, imageFiles.facts),
    JSON.stringify({ kernelRelease: release, resumable: build.resumable }),
  );
  await Promise.all(
    Object.values(tree).map(async (path) => await rm(path, { recursive: true, force: true })),
  );
}

/** Trees that packages are unpacked into. */
interface Trees {
  readonly guest: string;
  /** Packages of which guests get a part. */
  readonly thinned: string;
  /** The kernel, and what is run on this computer while building. */
  readonly aside: string;
}

/** The trees a package belongs into. */
function placesOf(name: string, build: ImageBuild, tree: Trees): string[] {
  if (build.resolution.kernelPackages.includes(name)) return [tree.aside];
  const { packages } = build.recipe;
  const places: string[] = [];
  if (isInGuest(name, [...basePackages, ...packages])) {
    places.push(isThinned(name, packages) ? tree.thinned : tree.guest);
  }
  if (/^(xz-utils|libc6|liblzma5)$/.test(name)) places.push(tree.aside);
  return places;
}

async function unpackAll(build: ImageBuild, tree: Trees): Promise<void> {
  const { resolution, signal } = build;
  const files = join(build.directory, "../files");
  await build.source.download(resolution, files);
  const isKernel = ({ name }: PackageFile) => resolution.kernelPackages.includes(name);
  const unpack = async (some: readonly PackageFile[]) => {
    for (const { name, file } of some) {
      for (const place of placesOf(name, build, tree)) {
        await unpackPackage(join(files, file), place, signal);
      }
    }
  };
  // the kernel takes about as long as all the rest
  const parts = await Promise.allSettled([
    unpack(resolution.files.filter(isKernel)),
    unpack(resolution.files.filter((file) => !isKernel(file))),
  ]);
  // not before both have ended, or one would still write into what is being removed
  for (const part of parts) if (part.status === "rejected") throw part.reason;
  await rm(files, { recursive: true });
}

/** Where the kernel lies, with `boot` in it, and its modules. */
async function kernelPlace({ kernel }: ImageBuild, packages: string) {
  if (kernel !== undefined) {
    const { directory, release } = kernel;
    return { place: directory, modulesRoot: join(directory, "lib/modules"), release };
  }
  const modulesRoot = await kernelModules(packages);
  return { place: packages, modulesRoot, release: (await readdir(modulesRoot))[0] ?? "" };
}

async function kernelModules(tree: string): Promise<string> {
  for (const path of ["lib/modules", "usr/lib/modules"]) {
    const root = join(tree, path);
    if ((await readdir(root).catch(() => [])).length > 0) return root;
  }
  throw hoststackError("GUEST_FAILED", "the kernel package holds no modules");
}

interface KernelTools {
  readonly tools: string;
  readonly signal?: AbortSignal | undefined;
}

/** The kernel that is packed in a bootable file; undefined where it is packed in a way we do not know. */
async function unpackedKernel(
  bzImage: Buffer,
  draft: string,
  { tools, signal }: KernelTools,
): Promise<Buffer | undefined> {
  const { format, content } = kernelPayload(bzImage);
  if (format === "unknown") return undefined;
  if (format === "gzip") return await promisify(gunzip)(content);
  await writeFile(draft, content);
  const unpacked = await unpackXz(tools, draft, signal);
  await rm(draft);
  return unpacked;
}

/** The unpacked kernel starts seconds sooner under emulation than one that unpacks itself; where it can be started. */
async function extractKernel(
  { place, tools }: { readonly place: string; readonly tools: string },
  to: string,
  signal?: AbortSignal,
): Promise<void> {
  const boot = join(place, "boot");
  const name = (await readdir(boot)).find((file) => file.startsWith("vmlinuz-"));
  if (name === undefined)
    throw hoststackError("GUEST_FAILED", "the kernel package holds no kernel");
  const bzImage = await readFile(join(boot, name));
  const unpacked = await unpackedKernel(bzImage, `${to}.packed`, { tools, signal });
  const fits = unpacked !== undefined && hasPvhEntry(unpacked);
  await writeFile(to, fits ? unpacked : bzImage);
}

async function busyboxApplets(tree: string, signal?: AbortSignal): Promise<string[]> {
  for (const path of ["bin/busybox", "usr/bin/busybox"]) {
    const argv: [string, ...string[]] = [join(tree, path), "--list"];
    const result = await runLocalTool({ argv, signal }).catch(() => undefined);
    if (result?.ok) return result.stdout.split("\n");
    signal?.throwIfAborted();
  }
  throw hoststackError("GUEST_FAILED", "the static busybox of the guests does not run here");
}
