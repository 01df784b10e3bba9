import { cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { KernelHeaders } from "../../src/kernel/module/build-options.js";
import { packageTree } from "./ssh-server.js";

/** Headers of the distribution's kernel of that release, unpacked and not installed. */
export async function unpackedHeaders(release: string): Promise<Required<KernelHeaders>> {
  return { release, tree: await packageTree(`linux-headers-${release}`) };
}

/**
 * Headers of a kernel that is nowhere: those given under another release, in a directory of the test's own.
 * Only what names the release is copied, all else is linked to.
 */
export async function headersOfAnother(
  { release, tree }: Required<KernelHeaders>,
  directory: string,
): Promise<Required<KernelHeaders>> {
  const other = "6.1.0-0-elsewhere";
  const [from, to] = [tree, directory].map((one) => join(one, "usr/src")) as [string, string];
  await mkdir(to, { recursive: true });
  await symlink(join(tree, "usr/lib"), join(directory, "usr/lib"));
  for (const name of await readdir(from)) await symlink(join(from, name), join(to, name));
  const own = join(to, `linux-headers-${other}`);
  await cp(join(from, `linux-headers-${release}`), own, {
    recursive: true,
    verbatimSymlinks: true,
  });
  const named = join(own, "include/generated/utsrelease.h");
  await writeFile(named, (await readFile(named, "utf8")).replaceAll(release, other));
  return { release: other, tree: directory };
}
