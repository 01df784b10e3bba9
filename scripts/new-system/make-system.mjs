// @ts-check
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const template = fileURLToPath(new URL("template", import.meta.url));
const license = fileURLToPath(new URL("../../LICENSE", import.meta.url));
const plain = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** `my-system` as part of a name in TypeScript: `mySystem`. @param {string} name */
const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

/**
 * Puts a system's name in place of the template's.
 * @param {string} folder
 * @param {string} name
 */
async function rename(folder, name) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const text = await readFile(path, "utf8");
    const renamed = text
      .replaceAll("sixth-system", name)
      .replaceAll("sixthSystem", camel(name))
      .replaceAll("sixthGuest", `${camel(name)}Guest`);
    if (renamed !== text) await writeFile(path, renamed);
  }
}

/**
 * Makes `packages/NAME` and a changeset; nothing else is written. Throws when the name is none or taken.
 * @param {string} root of the repository
 * @param {string} name
 */
export async function makeSystem(root, name) {
  if (!plain.test(name)) {
    throw new Error(`"${name}" is no name: lower-case words joined by dashes, e.g. "my-system"`);
  }
  const folder = join(root, "packages", name);
  if (existsSync(folder)) throw new Error(`${folder} is there already`);
  try {
    await cp(template, folder, { recursive: true });
    await cp(license, join(folder, "LICENSE"));
    await rename(folder, name);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  const changeset = join(root, ".changeset", `${name}.md`);
  await mkdir(join(root, ".changeset"), { recursive: true });
  await writeFile(
    changeset,
    `---\n\n"@hoststack/${name}": minor\n---\n\nThe first experiments of ${name}.\n`,
  );
  return { folder, changeset };
}
