// @ts-check
// Keeps the help of a built command line beside it, as `bin.js --help` shows it: node scripts/keep-help.mjs dist/bin.js
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { helpFile } from "@hoststack/core/bin";

const bin = resolve(process.argv[2] ?? "");
const help = execFileSync(process.execPath, [bin, "--help"], { encoding: "utf8" });
writeFileSync(helpFile(pathToFileURL(bin).href), help);
