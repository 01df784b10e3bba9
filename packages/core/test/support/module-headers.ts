import { cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { KernelHeaders } from "../../src/kernel/module/build-options.js";
import { packageTree } from "./ssh-server.js";

/** Headers of the distribution's kernel of that release, unpacked and not installed. */
export async function unpackedHeaders(release: string): Promise<Required<KernelHeaders>> {
  return { release, tree: await packageTree(`linux-headers-${release}`) };
}

/**
 * Headers of a kernel that is nowhere: those given under another release and with another version of a
 * symbol every module has, in a directory of the test's own. What is the same is linked to.
 */
export async function headersOfAnother(
  { release, tree }: Required<KernelHeaders>,
  directory: string,
  other = "6.1.0-0-elsewhere",
): Promise<Required<KernelHeaders>> {
  const [from, to] = [tree, directory].map((one) => join(one, "usr/src")) as [string, string];
  await mkdir(to, { recursive: true });
  await symlink(join(tree, "usr/lib"), join(directory, "usr/lib"));
  for (const name of await readdir(from)) await symlink(join(from, name), join(to, name));
  const own = join(to, `linux-headers-${other}`);
  await cp(join(from, `linux-headers-${release}`), own, {
    recursive: true,
    verbatimSymlinks: true,
  });
  const change = async (file: string, from: RegExp | string, to: string) => {
    const path = join(own, file);
    await writeFile(path, (await readFile(path, "utf8")).replace(from, to));
  };
  await change("include/generated/utsrelease.h", release, other);
  // a kernel with symbol versions goes by these and not by its release
  await change("Module.symvers", /^0x[0-9a-f]{8}(?=\tmodule_layout\t)/m, "0x00000001");
  return { release: other, tree: directory };
}
