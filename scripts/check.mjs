// @ts-check
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { turboEnvironment } from "./bootstrap/build.mjs";
import { closingLine } from "./check/count-tests.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What has to hold besides the tests; each is one line in the result. */
const checks = [
  { name: "style", argv: ["biome", "check", "."] },
  { name: "layers", argv: ["depcruise", "packages", "bench"] },
  { name: "unused code", argv: ["knip"] },
  { name: "file length", argv: ["node", "scripts/check-lines.mjs"] },
  { name: "lockfile", argv: ["npm", "ci", "--dry-run", "--ignore-scripts", "--loglevel=error"] },
  { name: "types", argv: ["turbo", "run", "typecheck", "--output-logs=errors-only"] },
  { name: "types of scripts", argv: ["tsc", "-p", "scripts"] },
  { name: "types of the bench", argv: ["tsc", "-p", "bench"] },
  { name: "types of examples", argv: ["node", "scripts/check-examples.mjs"] },
  { name: "packages", argv: ["turbo", "run", "check:package", "--output-logs=errors-only"] },
  { name: "made pages of docs", argv: ["node", "scripts/docs.mjs", "--check"] },
];

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const { name, argv } of checks) {
  const [program = "", ...args] = argv;
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: root,
    encoding: "utf8",
    env: {
      ...process.env,
      ...turboEnvironment,
      PATH: `${root}node_modules/.bin:${process.env.PATH}`,
    },
  });
  const passed = status === 0;
  counts[passed ? "passed" : "failed"] += 1;
  process.stdout.write(`${passed ? "ok  " : "FAIL"} ${name}\n`);
  if (!passed) process.stdout.write(`${stdout}${stderr}\n`);
}
process.stdout.write(`checks: ${closingLine(counts)}\n`);
process.exitCode = counts.failed > 0 ? 1 : 0;
