// @ts-check
// Bundles bench/ and runs it on the built packages: node scripts/bench.mjs [id...]
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
// below node_modules, so that node finds the built packages from there
const place = `${root}node_modules/.cache/hoststack-bench`;
const programs = readdirSync(`${root}bench/programs`).map((file) => basename(file, ".ts"));

rmSync(place, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: {
    main: "bench/main.ts",
    ...Object.fromEntries(
      programs.map((name) => [`programs/${name}`, `bench/programs/${name}.ts`]),
    ),
  },
  bundle: true,
  format: "esm",
  logLevel: "error",
  outdir: place,
  packages: "external",
  platform: "node",
  target: "node20",
});
const { status } = spawnSync(process.execPath, [`${place}/main.js`, ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
process.exitCode = status ?? 1;
