// @ts-check
import { join } from "node:path";
import { runChild } from "./child.mjs";
import { isInstalled, packageCount, readLockfile } from "./lockfile.mjs";
import { ownedArgv } from "./owned-argv.mjs";
import { exitCodes, Stop } from "./stop.mjs";

/**
 * How many npm packages have to be installed: none when node_modules holds what the lockfile says.
 * @param {string} root
 */
export function missingDependencies(root) {
  const wanted = readLockfile(join(root, "package-lock.json"));
  if (wanted === undefined) {
    throw new Stop(exitCodes.preflight, `package-lock.json is missing in ${root}; clone it anew.`);
  }
  if (isInstalled(wanted, readLockfile(join(root, "node_modules/.package-lock.json")))) return 0;
  const { platform, arch } = process;
  return packageCount(wanted, { platform, arch, libc: "glibc" });
}

/**
 * Installs the npm packages the lockfile pins.
 * @param {string} root
 * @param {{ namespace: import("./owned-argv.mjs").NamespaceKind, signal: AbortSignal }} options
 */
export async function installDependencies(root, { namespace, signal }) {
  const npm = ["npm", "ci", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];
  const { code, output } = await runChild(ownedArgv(npm, { owner: process.pid, namespace }), {
    cwd: root,
    // flags given to the npm that runs this script are not meant for this one
    env: { npm_config_yes: undefined },
    signal,
  });
  signal.throwIfAborted();
  if (code === 0) return;
  process.stderr.write(`${output.trim()}\n`);
  throw new Stop(
    exitCodes.failed,
    "npm ci failed with the words above; check the network and npm's registry and proxy settings, then run this again.",
  );
}
