import { extname } from "node:path";

/** Endings of testbed files that are data. */
export const yamlEndings: readonly string[] = [".yaml", ".yml"];
/** Endings of testbed files that are modules. */
export const moduleEndings: readonly string[] = [".mjs", ".ts"];

/** Whether a name is that of a testbed file, by its ending. */
export function isTestbedFileName(name: string): boolean {
  return [...yamlEndings, ...moduleEndings].includes(extname(name));
}
