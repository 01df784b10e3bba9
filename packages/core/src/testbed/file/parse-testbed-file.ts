import { checkSource } from "./check-testbed-file.js";
import type { TestbedFile } from "./schema.js";
import { readYaml } from "./yaml-source.js";

/** Checks the text of a YAML testbed file; `path` is its name in messages. Throws TESTBED_INVALID. */
export function parseTestbedFile(text: string, path: string): TestbedFile {
  return checkSource(readYaml(text), path);
}
