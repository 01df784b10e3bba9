import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { openThisMachine } from "../../doctor/examine.js";
import { hoststackError } from "../../errors/error.js";
import type { Host } from "../../host/host.js";
import type { BuiltKernel } from "../../kernel/built.js";
import {
  buildingPrefix,
  exists,
  ownedDirectory,
  publishedDirectory,
} from "../../packages/owned-directory.js";
import type { Progress } from "../../testbed/testbed.js";
import { defaultCacheDirectory } from "../../testbed/vm/cache-directory.js";
import {
  artefactInTree,
  artefactName,
  artefactsOf,
  type Build,
  buildKey,
  buildParts,
  buildTools,
} from "./build.js";
import { buildModuleHere, unpackedHeaders } from "./build-module-here.js";
import { buildSteps, sourceSteps } from "./build-steps.js";
import { doSteps } from "./do-steps.js";

/** How something is built on this machine. */
export interface BuildHereOptions {
  /** Where to look for commits first. */
  readonly mirrors: readonly string[];
  /** A kernel of one's own that modules are built for. @default one of the distribution */
  readonly kernel?: BuiltKernel | undefined;
  /** What `uname -r` says of the distribution's kernel that modules are built for. @default that of guests */
  readonly release?: string | undefined;
  readonly signal: AbortSignal;
  readonly progress?: Progress;
}

/** What a build is looked for by. */
type BuiltHereOptions = Pick<BuildHereOptions, "kernel" | "release" | "signal">;

const headersFor = async ({ kernel, release, signal }: BuiltHereOptions) =>
  kernel ?? (await unpackedHeaders(release, signal));

/** Note beside the artefacts: by which compiler they were made. */
const noteName = "built.json";

const compilerScript = `
for name; do command -v "$name" >/dev/null || printf 'missing %s\\n' "$name"; done
uname -sm
cc --version 2>/dev/null | head -n 1
`;

/** Directory of a build in the cache of this machine; modules for hosts are apart from those for guests. */
function placeOf(build: Build, release: string | undefined): string {
  const key = buildKey(build);
  return join(defaultCacheDirectory(), "builds", release === undefined ? key : `${key}-${release}`);
}

async function compilerHere(host: Host, build: Build, signal: AbortSignal): Promise<string> {
  const tools = buildTools(build);
  const names = tools.map(({ program }) => program);
  const command = { argv: ["sh", "-c", compilerScript, "sh", ...names] } as const;
  const { stdout } = await host.run(command, { signal });
  const lacking = tools.filter(({ program }) => stdout.includes(`missing ${program}\n`));
  if (lacking.length === 0) return stdout.trim();
  const programs = lacking.map(({ program }) => program).join(", no ");
  const packages = [...new Set(lacking.map(({ debianPackage }) => debianPackage))].join(" ");
  throw hoststackError("TOOL_MISSING", `this machine has no ${programs} to build ${build.name}`, {
    remedy: `on Debian: apt-get install ${packages}`,
  });
}

async function isBuiltBy(place: string, compiler: string): Promise<boolean> {
  try {
    const note: unknown = JSON.parse(await readFile(join(place, noteName), "utf8"));
    return typeof note === "object" && note !== null && Reflect.get(note, "compiler") === compiler;
  } catch {
    return false;
  }
}

/** Takes away at once what another compiler has made. */
async function discard(place: string): Promise<void> {
  if (!(await exists(place))) return;
  const gone = await ownedDirectory(join(place, ".."), buildingPrefix);
  try {
    await rename(place, join(gone, "content"));
  } finally {
    await rm(gone, { recursive: true, force: true });
  }
}

/** Fills a directory with the artefacts of a build whose sources are beside it. */
async function fill(
  directory: string,
  at: { readonly host: Host; readonly build: Build; readonly compiler: string },
  options: BuildHereOptions,
): Promise<void> {
  const { host, build, compiler } = at;
  const { mirrors, signal, progress } = options;
  const sources = join(directory, "..", "sources");
  const tell = (text: string) => progress?.({ kind: "build.step", text });
  const doing = { savedDirectory: join(directory, "..", "saved"), signal, tell };
  const from = { directory: sources, mirrors };
  const artefacts = join(directory, buildParts.copies);
  await mkdir(artefacts);
  if (build.module === undefined) {
    await doSteps(host, buildSteps(build, from), doing);
    for (const one of artefactsOf(build)) {
      const made = join(sources, buildParts.tree, artefactInTree(build, one));
      await copyFile(made, join(artefacts, artefactName(one)));
    }
  } else {
    await doSteps(host, sourceSteps(build, from).steps, doing);
    tell(`build the module ${build.module.name}`);
    const tree = join(sources, buildParts.tree);
    const against = await headersFor(options);
    await buildModuleHere(host, build, { tree, artefacts, against, signal });
  }
  const note = { name: build.name, commit: build.source.commit, compiler };
  await writeFile(join(directory, noteName), `${JSON.stringify(note)}\n`);
}

/** A build with the machine's answer to what builds it. */
async function opened(build: Build, options: BuiltHereOptions) {
  const { signal } = options;
  if (process.platform !== "linux") {
    throw hoststackError("CAPABILITY_MISSING", `${build.name} has to be built on Linux`, {
      remedy: "build it on the hosts: --build-on hosts",
    });
  }
  const host = openThisMachine();
  try {
    const compiler = await compilerHere(host, build, signal);
    // a module that was built for the kernel before is one of another build
    const kernel =
      build.module === undefined ? "" : `\nkernel ${(await headersFor(options)).release}`;
    return { host, compiler: `${compiler}${kernel}`, place: placeOf(build, options.release) };
  } catch (error) {
    await host[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * The directory of a build's artefacts in the cache of this machine; undefined when it would have to be built. Throws
 * as {@link buildHere} does for a machine that cannot build it.
 */
export async function builtHere(
  build: Build,
  options: BuiltHereOptions,
): Promise<string | undefined> {
  const { host, compiler, place } = await opened(build, options);
  await host[Symbol.asyncDispose]();
  return (await isBuiltBy(place, compiler)) ? join(place, buildParts.copies) : undefined;
}

/**
 * Has a build in the cache of this machine and returns the directory of its artefacts. Nothing is done when it is
 * there, made from the same sources, edits and command by the same compiler. Throws TOOL_MISSING, PLAN_FAILED and
 * PLAN_IMPOSSIBLE with the words of what failed, INTERRUPTED, and CAPABILITY_MISSING off Linux, where programs for
 * hosts cannot be built; for a module also MODULE_BUILD_FAILED, and DOWNLOAD_FAILED without the kernel's headers.
 */
export async function buildHere(build: Build, options: BuildHereOptions): Promise<string> {
  const { host, compiler, place } = await opened(build, options);
  await using _ = host;
  if (!(await isBuiltBy(place, compiler))) {
    await discard(place);
    options.progress?.({ kind: "build.begin", text: `building ${build.name} on this machine` });
    await publishedDirectory({
      parent: join(place, ".."),
      key: basename(place),
      build: (directory) => fill(directory, { host, build, compiler }, options),
    });
  }
  return join(place, buildParts.copies);
}
