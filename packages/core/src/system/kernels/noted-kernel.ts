import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { hoststackError } from "../../errors/error.js";
import type { BuiltKernel } from "../../kernel/built.js";
import { defaultCacheDirectory } from "../../packages/cache-directory.js";
import { replaceFile } from "../../packages/unpacked-packages.js";
import type { System } from "../system.js";
import { kernelKey } from "./kernel-named.js";

/** Where the cache says which build a kernel of a system is. */
const notePlace = (system: System, name: string): string =>
  join(defaultCacheDirectory(), "kernels", "named", `${kernelKey(system, name)}.json`);

/** Remembers what a kernel of a system was built as on this machine, for guests to boot. */
export async function noteKernel(system: System, name: string, built: BuiltKernel): Promise<void> {
  const path = notePlace(system, name);
  await mkdir(join(path, ".."), { recursive: true });
  await replaceFile(path, JSON.stringify(built));
}

/** Whether the build is still where it was. */
async function isThere({ directory, release }: BuiltKernel): Promise<boolean> {
  const note = await readFile(join(directory, "kernel.json"), "utf8").catch(() => "{}");
  return Reflect.get(JSON.parse(note) as object, "release") === release;
}

/**
 * What a kernel of a system was built as on this machine. Throws OPTIONS_INVALID for a name it has not, SETUP_MISSING
 * where it was not built or its files are gone.
 */
export async function notedKernel(system: System, name: string): Promise<BuiltKernel> {
  const text = await readFile(notePlace(system, name), "utf8").catch(() => undefined);
  const built = text === undefined ? undefined : (JSON.parse(text) as BuiltKernel);
  if (built !== undefined && (await isThere(built))) return built;
  const why = built === undefined ? "it was not built on this computer" : "its files are gone";
  throw hoststackError("SETUP_MISSING", `guests cannot boot the kernel ${name}: ${why}`, {
    remedy: `build it from the sources you name: ${system.name} kernel build ${name} --source PATH`,
    details: { field: "kernel", name },
  });
}
