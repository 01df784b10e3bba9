import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { hoststackError } from "../../errors/error.js";
import { checkSource, checkTestbedFile } from "./check-testbed-file.js";
import { moduleEndings, yamlEndings } from "./file-name.js";
import { readModule } from "./module-source.js";
import type { TestbedFile } from "./schema.js";
import { isSshWords, testbedOfWords } from "./ssh-words.js";
import type { FileSource } from "./yaml-source.js";

async function readSource(path: string): Promise<FileSource> {
  const ending = extname(path);
  if (moduleEndings.includes(ending)) return await readModule(resolve(path));
  if (!yamlEndings.includes(ending)) {
    const endings = [...yamlEndings, ...moduleEndings].join(", ");
    throw hoststackError("TESTBED_INVALID", `${path} is no testbed file by its name`, {
      remedy: `give it one of the endings ${endings}`,
    });
  }
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === "ENOENT" ? "there is no such file" : cause.message;
    throw hoststackError("TESTBED_INVALID", `${path} cannot be read: ${why}`, {
      cause,
      remedy: "correct the path, which is relative to the current directory",
    });
  });
  const { readYaml } = await import("./yaml-source.js");
  return readYaml(text);
}

/**
 * Reads and checks a testbed file: `.yaml`, `.yml`, `.mjs`, or `.ts` where Node runs it; also what
 * `ssh:CLIENT/NIC,SERVER/NIC` says without one. Throws TESTBED_INVALID with everything that is wrong, each with its line and field, and what to do.
 */
export async function readTestbedFile(path: string): Promise<TestbedFile> {
  if (isSshWords(path)) return checkTestbedFile(testbedOfWords(path));
  return checkSource(await readSource(path), path);
}
