import { readFileSync } from "node:fs";

/** Version of the package a module belongs to, read from the package.json above it. */
export function packageVersion(moduleUrl: string): string {
  for (const step of ["..", "../..", "../../.."]) {
    try {
      const text = readFileSync(new URL(`${step}/package.json`, moduleUrl), "utf8");
      return (JSON.parse(text) as { version: string }).version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return "unknown";
}

/** Version of this package. */
export function coreVersion(): string {
  return packageVersion(import.meta.url);
}
