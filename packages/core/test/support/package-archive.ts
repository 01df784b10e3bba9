import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./step-hosts.js";

/** Makes a directory an apt source of some of this machine's packages: fast, and there without a network. */
export async function packageArchive(
  directory: string,
  names: readonly string[],
): Promise<{ readonly sourceLine: string }> {
  await mkdir(directory);
  await run("apt-get", ["download", "-q", ...names], { cwd: directory });
  const files = await readdir(directory);
  const entries = files.map(async (name) => {
    const bytes = await readFile(join(directory, name));
    const control = (await run("dpkg-deb", ["-f", join(directory, name)])).stdout.trimEnd();
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return `${control}\nFilename: ./${name}\nSize: ${bytes.length}\nSHA256: ${sha256}\n`;
  });
  await writeFile(join(directory, "Packages"), (await Promise.all(entries)).join("\n"));
  return { sourceLine: `deb [trusted=yes] file:${directory} ./` };
}
