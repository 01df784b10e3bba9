// @ts-check
// Makes a system package from the template: npm run new-system -- NAME
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { makeSystem } from "./new-system/make-system.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const [name, ...rest] = process.argv.slice(2);
if (name === undefined || name.startsWith("-") || rest.length > 0) {
  process.stdout.write(
    "Usage: npm run new-system -- NAME\n\nMakes packages/NAME and a changeset.\n",
  );
  process.exitCode = name === "--help" || name === "-h" ? 0 : 2;
} else {
  try {
    const { folder } = await makeSystem(root, name);
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    execFileSync(npm, ["install", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: root });
    execFileSync(process.execPath, ["scripts/complete-lockfile.mjs"], { cwd: root });
    process.stdout.write(`${folder} is there; begin with its src/experiments\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
