// @ts-check
import { fileURLToPath } from "node:url";
import { longFiles } from "./check/lines.mjs";

const limit = 300;
const found = longFiles(fileURLToPath(new URL("..", import.meta.url)), limit);
for (const { file, lines } of found) {
  process.stderr.write(`${file} has ${lines} lines; the limit is ${limit}: split it.\n`);
}
process.exitCode = found.length > 0 ? 1 : 0;
