// @ts-check
import { fileURLToPath } from "node:url";
import { downloadBytes, simulatedPackages } from "./apt-output.mjs";
import { runChild } from "./child.mjs";
import { ownedArgv } from "./owned-argv.mjs";
import { exitCodes, Stop } from "./stop.mjs";

/**
 * How this user becomes root for apt; undefined where there is no way.
 * @typedef {"root" | "sudo" | undefined} Elevation
 */

const install = ["--yes", "--no-install-recommends", "--no-remove", "install"];
const lockWait = ["-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Options::=--force-confold"];
const environment = [
  "LC_ALL=C.UTF-8",
  "DEBIAN_FRONTEND=noninteractive",
  "APT_LISTCHANGES_FRONTEND=none",
  "NEEDRESTART_SUSPEND=1",
];
const quietServices = fileURLToPath(new URL("./quiet-services.sh", import.meta.url));

/**
 * What apt would do for these packages, without doing it; undefined if its lists are missing or old.
 * @param {readonly string[]} packages
 * @returns {Promise<{ names: string[], bytes: number } | undefined>}
 */
export async function simulateInstall(packages) {
  const env = { LC_ALL: "C.UTF-8" };
  const simulation = await runChild(["apt-get", "-qq", "--simulate", ...install, ...packages], {
    env,
  });
  if (simulation.code !== 0) return undefined;
  const uris = await runChild(["apt-get", "-qq", "--print-uris", ...install, ...packages], { env });
  return { names: simulatedPackages(simulation.output), bytes: downloadBytes(uris.output) };
}

/**
 * Installs packages: downloads first, which may be broken off at any time, then lets apt finish.
 * No service is started or enabled.
 * @param {readonly string[]} packages
 * @param {{ elevation: Elevation, listsKnown: boolean, tty: boolean, signal: AbortSignal }} options
 */
export async function installPackages(packages, options) {
  const command = [...lockWait, ...install, ...packages];
  const download = ["apt-get", "--download-only", ...command];
  if (!options.listsKnown) await mustRun(["apt-get", ...lockWait, "update"], options);
  const first = await runAsRoot(download, { ...options, mayBreakOff: true });
  if (first.code !== 0) {
    options.signal.throwIfAborted();
    // the lists can be older than the archive: what they name is gone from there
    await mustRun(["apt-get", ...lockWait, "update"], options);
    await mustRun(download, options);
  }
  options.signal.throwIfAborted();
  const unpack = ["sh", quietServices, "apt-get", ...command];
  const { code, output } = await runAsRoot(unpack, { ...options, mayBreakOff: false });
  if (code !== 0) throw aptFailed(output);
}

/**
 * @param {readonly string[]} argv
 * @param {{ elevation: Elevation, tty: boolean, signal: AbortSignal }} options
 */
async function mustRun(argv, options) {
  const { code, output } = await runAsRoot(argv, { ...options, mayBreakOff: true });
  options.signal.throwIfAborted();
  if (code !== 0) throw aptFailed(output);
}

/**
 * @param {readonly string[]} argv
 * @param {{ elevation: Elevation, tty: boolean, signal: AbortSignal, mayBreakOff: boolean }} options
 */
function runAsRoot(argv, { elevation, tty, signal, mayBreakOff }) {
  const command = ["env", ...environment, ...argv];
  if (elevation === "sudo") {
    // sudo belongs to root, so it cannot be ended from here; it ends by itself
    return runChild(["sudo", ...(tty ? [] : ["-n"]), ...command], { foreground: true });
  }
  if (!mayBreakOff) return runChild(command);
  const owned = ownedArgv(command, { owner: process.pid, namespace: "none" });
  return runChild(owned, { signal });
}

/**
 * @param {string} output
 */
function aptFailed(output) {
  const words = output.split("\n").filter((line) => /^(E|W|Err):/.test(line));
  return new Stop(
    exitCodes.failed,
    `apt-get could not install the packages (${words.at(-1) ?? output.trim().split("\n").at(-1)}); ` +
      `put that right, for example with "apt-get update" or "apt-get --fix-broken install" as root, then run this again.`,
  );
}
