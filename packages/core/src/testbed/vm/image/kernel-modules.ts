import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { hoststackError } from "../../../errors/error.js";
import type { ArchiveEntry } from "./cpio.js";
import { type ModuleInfo, moduleName, parseModuleInfo } from "./module-info.js";

/** A module of a kernel with its place below the kernel's module directory. */
export interface KernelModule {
  readonly name: string;
  /** Path as packed in guests, uncompressed. */
  readonly path: string;
  readonly content: Buffer;
  readonly info: ModuleInfo;
}

/** Where modules come from. */
export interface ModuleSource {
  /** Names of modules that are part of the kernel itself. */
  readonly builtin: ReadonlySet<string>;
  /** Reads a module; undefined where the kernel has none of that name. */
  read(name: string): Promise<KernelModule | undefined>;
}

/** Modules with all they depend on, in an order in which they can be loaded. */
export async function moduleClosure(
  source: ModuleSource,
  wanted: readonly string[],
): Promise<KernelModule[]> {
  const done = new Map<string, KernelModule>();
  const visiting = new Set<string>();
  const visit = async (name: string, needed: boolean): Promise<void> => {
    if (visiting.has(name) || source.builtin.has(name)) return;
    visiting.add(name);
    const module = await source.read(name);
    if (module === undefined) {
      if (!needed) return;
      throw hoststackError("OPTIONS_INVALID", `the guests' kernel has no module ${name}`);
    }
    for (const other of module.info.softDepends) await visit(other, false);
    for (const other of module.info.depends) await visit(other, true);
    done.set(name, module);
  };
  for (const name of wanted) await visit(moduleName(name), true);
  return [...done.values()];
}

/** Undoes the compression of a module file by its name's ending. */
export type Decompress = (file: string) => Promise<Buffer>;

/** Opens the modules of an unpacked kernel package. */
export async function openModules(
  directory: string,
  decompress: Decompress,
): Promise<ModuleSource> {
  const listed = await readFile(join(directory, "modules.builtin"), "utf8").catch(() => "");
  const nameOf = (path: string) => moduleName(basename(path).replace(/\.ko(\.\w+)?$/, ""));
  const files = await readdir(directory, { recursive: true });
  const paths = new Map(
    files.filter((path) => /\.ko(\.\w+)?$/.test(path)).map((path) => [nameOf(path), path]),
  );
  return {
    builtin: new Set(listed.split("\n").filter(Boolean).map(nameOf)),
    read: async (name) => {
      const path = paths.get(name);
      if (path === undefined) return undefined;
      const content = await decompress(join(directory, path));
      const plainPath = path.replace(/\.ko\.\w+$/, ".ko");
      return { name, path: plainPath, content, info: parseModuleInfo(content) };
    },
  };
}

/** The files of modules in a guest, with the indexes `modprobe` reads. */
export function moduleEntries(release: string, modules: readonly KernelModule[]): ArchiveEntry[] {
  const root = `usr/lib/modules/${release}`;
  const byName = new Map(modules.map((module) => [module.name, module]));
  const chain = (module: KernelModule): KernelModule[] =>
    module.info.depends.flatMap((name) => {
      const other = byName.get(name);
      return other === undefined ? [] : [other, ...chain(other)];
    });
  // modprobe loads from the end of a line to its beginning
  const dependencies = modules.map((module) => {
    const needed = new Set(chain(module));
    const paths = modules.filter((other) => needed.has(other)).map(({ path }) => path);
    return `${[`${module.path}:`, ...paths.toReversed()].join(" ")}\n`;
  });
  const aliases = modules.flatMap((module) =>
    module.info.aliases.map((alias) => `alias ${alias} ${module.name}\n`),
  );
  const text = (name: string, content: string): ArchiveEntry => ({
    path: `${root}/${name}`,
    type: "file",
    mode: 0o644,
    content,
  });
  return [
    ...modules.map(
      ({ path, content }): ArchiveEntry => ({
        path: `${root}/${path}`,
        type: "file",
        mode: 0o644,
        content,
      }),
    ),
    text("modules.dep", dependencies.join("")),
    text("modules.alias", aliases.join("")),
  ];
}
