// @ts-check
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { completed } from "./check/complete-lockfile.mjs";

const file = fileURLToPath(new URL("../package-lock.json", import.meta.url));
const lockfile = JSON.parse(readFileSync(file, "utf8"));
const { lockfile: complete, added } = completed(lockfile);
if (added.length > 0) writeFileSync(file, `${JSON.stringify(complete, undefined, 2)}\n`);
process.stdout.write(`${added.length} platform packages added to package-lock.json\n`);
