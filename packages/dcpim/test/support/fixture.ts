import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A recorded output by its file name. */
export const fixture = (name: string): string =>
  readFileSync(join(import.meta.dirname, "../fixtures", name), "utf8");
