// @ts-check
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { installPackages, simulateInstall } from "./apt.mjs";
import { build } from "./build.mjs";
import { obtainConsent, situationNow } from "./consent.mjs";
import { installDependencies } from "./dependencies.mjs";
import { catchSignals } from "./interruption.mjs";
import { namespaceKind } from "./owned-argv.mjs";
import { describe, describeDone, isEmpty } from "./plan.mjs";
import { packageNames, preflight } from "./preflight.mjs";
import { completePath } from "./programs.mjs";
import { exitCodes, Stop } from "./stop.mjs";
import { survey } from "./survey.mjs";

/** The checkout this script is part of. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/**
 * Sets up all that is missing: looks, says what it will install, asks, installs, builds. Throws a
 * Stop, with nothing half-done left running, where it cannot or may not.
 * @param {{ needs: readonly import("./needs.mjs").Need[], yes: boolean, only?: string }} options `only`: the package to
 * build, by default all
 */
export async function bootstrap({ needs, yes, only }) {
  process.env.PATH = completePath(process.env.PATH);
  const signals = catchSignals();
  try {
    const situation = situationNow({ yes, env: process.env });
    const plan = await makePlan(needs, situation.tty);
    if (!isEmpty(plan)) {
      process.stderr.write(describe(plan));
      await obtainConsent(situation, signals.signal);
      signals.signal.throwIfAborted();
    }
    await carryOut(plan, { tty: situation.tty, signal: signals.signal, only });
    process.stderr.write(describeDone(plan));
  } finally {
    signals.release();
  }
}

/**
 * @param {readonly import("./needs.mjs").Need[]} needs
 * @param {boolean} tty
 * @returns {Promise<import("./plan.mjs").Plan>}
 */
async function makePlan(needs, tty) {
  const found = survey({ root, needs, env: process.env });
  preflight(found);
  const debianPackages = packageNames(found.missing);
  const elevation = found.isRoot ? "root" : "sudo";
  if (debianPackages.length > 0 && elevation === "sudo" && !tty) needSudoWithoutPassword();
  const simulation = debianPackages.length > 0 ? await simulateInstall(debianPackages) : undefined;
  const { npmPackages, cache } = found;
  return { npmPackages, debianPackages, simulation, elevation, root, cache };
}

function needSudoWithoutPassword() {
  if (spawnSync("sudo", ["-n", "true"]).status === 0) return;
  throw new Stop(
    exitCodes.preflight,
    "Packages are missing and sudo wants a password, but there is no terminal to ask on: run this in a terminal or as root.",
  );
}

/**
 * @param {import("./plan.mjs").Plan} plan
 * @param {{ tty: boolean, signal: AbortSignal, only: string | undefined }} options
 */
async function carryOut(plan, { tty, signal, only }) {
  const { debianPackages, elevation, simulation } = plan;
  if (debianPackages.length > 0) {
    const listsKnown = simulation !== undefined;
    await phase("Debian packages", () =>
      installPackages(debianPackages, { elevation, listsKnown, tty, signal }),
    );
    signal.throwIfAborted();
  }
  const namespace = namespaceKind();
  if (plan.npmPackages > 0) {
    await phase("npm packages", () => installDependencies(root, { namespace, signal }));
  }
  await phase("build", () => build(root, { namespace, signal, only }));
}

/**
 * Says that a phase begins and how long it took.
 * @param {string} name
 * @param {() => Promise<void>} work
 */
async function phase(name, work) {
  const start = performance.now();
  process.stderr.write(`${name} ... `);
  try {
    await work();
  } catch (error) {
    process.stderr.write("\n");
    throw error;
  }
  process.stderr.write(`${((performance.now() - start) / 1000).toFixed(1)} s\n`);
}
