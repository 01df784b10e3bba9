import { didYouMean } from "../errors/did-you-mean.js";
import { hoststackError } from "../errors/error.js";
import type { TestbedFile } from "../testbed/file/schema.js";

/**
 * A testbed file with no other hosts than those that were named; all of them where none is. Others need
 * not even be reachable. Throws OPTIONS_INVALID for a name it does not have; `path` is the file's.
 */
export function namedHosts(
  file: TestbedFile,
  names: readonly string[],
  path: string,
): TestbedFile["hosts"] {
  const known = Object.keys(file.hosts);
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw hoststackError("OPTIONS_INVALID", `${path} has no host "${stranger}"`, {
      remedy: `${didYouMean(stranger, known)}it has ${known.join(", ")}`,
    });
  }
  if (names.length === 0) return file.hosts;
  return Object.fromEntries(Object.entries(file.hosts).filter(([name]) => names.includes(name)));
}
