// @ts-check
import { join } from "node:path";
import { runChild } from "./child.mjs";
import { ownedArgv } from "./owned-argv.mjs";
import { exitCodes, Stop } from "./stop.mjs";

/** Nothing is sent anywhere and nobody is told about new versions. */
export const turboEnvironment = {
  TURBO_TELEMETRY_DISABLED: "1",
  TURBO_NO_UPDATE_NOTIFIER: "1",
  DO_NOT_TRACK: "1",
};

/**
 * Builds all packages, or one with those it needs; what has not changed since the last build costs under a second.
 * @param {string} root
 * @param {{ namespace: import("./owned-argv.mjs").NamespaceKind, signal: AbortSignal, only?: string | undefined }} options
 */
export async function build(root, { namespace, signal, only }) {
  const turbo = [
    join(root, "node_modules/.bin/turbo"),
    "run",
    "build",
    "--output-logs=errors-only",
    ...(only === undefined ? [] : [`--filter=${only}`]),
  ];
  const { code, output } = await runChild(ownedArgv(turbo, { owner: process.pid, namespace }), {
    cwd: root,
    env: turboEnvironment,
    signal,
  });
  signal.throwIfAborted();
  if (code === 0) return;
  process.stderr.write(`${output.trim()}\n`);
  throw new Stop(
    exitCodes.failed,
    "The build failed with the words above; if you changed nothing, remove node_modules and run this again.",
  );
}
