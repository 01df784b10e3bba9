import { lstat, readdir, readFile, readlink } from "node:fs/promises";

/** All that a transfer keeps of a tree: one line for each entry. */
export async function treeContents(root: string): Promise<string[]> {
  const lines: string[] = [];
  const walk = async (directory: Buffer, above: string): Promise<void> => {
    for (const name of await readdir(directory, { encoding: "buffer" })) {
      const place = Buffer.concat([directory, Buffer.from("/"), name]);
      const path = `${above}/${name.toString("latin1")}`;
      const stats = await lstat(place);
      const mode = (stats.mode & 0o7777).toString(8);
      if (stats.isSymbolicLink()) {
        lines.push(
          `${path} -> ${(await readlink(place, { encoding: "buffer" })).toString("latin1")}`,
        );
      } else if (stats.isDirectory()) {
        lines.push(`${path}/ ${mode}`);
        await walk(place, path);
      } else {
        lines.push(`${path} ${mode} ${(await readFile(place)).toString("base64")}`);
      }
    }
  };
  await walk(Buffer.from(root), "");
  return lines.toSorted();
}
