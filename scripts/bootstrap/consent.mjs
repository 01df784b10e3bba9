// @ts-check
import { createInterface } from "node:readline";
import { exitCodes, Stop } from "./stop.mjs";

/**
 * What decides whether to ask.
 * @typedef {{ yes: boolean, ci: boolean, tty: boolean }} Situation
 */

/**
 * Whether to go on, to ask, or to refuse before something is installed.
 * @param {Situation} situation
 * @returns {"go on" | "ask" | "refuse"}
 */
export function consentFor({ yes, ci, tty }) {
  if (yes || ci) return "go on";
  return tty ? "ask" : "refuse";
}

/**
 * Reads the situation from flags, environment and streams. `npm run quickstart --yes`, without the
 * `--` in between, gives the flag to npm, which passes it on as npm_config_yes.
 * @param {{ yes: boolean, env: NodeJS.ProcessEnv }} options
 * @returns {Situation}
 */
export function situationNow({ yes, env }) {
  return {
    yes: yes || env.npm_config_yes === "true",
    ci: env.CI === "true" || env.CI === "1",
    tty: process.stdin.isTTY === true && process.stderr.isTTY === true,
  };
}

/**
 * Returns when the user agrees to what was printed, and stops the script otherwise.
 * @param {Situation} situation
 * @param {AbortSignal} signal
 */
export async function obtainConsent(situation, signal) {
  const decision = consentFor(situation);
  if (decision === "go on") return;
  if (decision === "refuse") {
    throw new Stop(
      exitCodes.refused,
      "Nothing was installed: there is no terminal to ask on; add -- --yes (or set CI=true) to agree.",
    );
  }
  const agreed = await askYes("Go on? [y/N] ", signal);
  signal.throwIfAborted();
  if (agreed) return;
  throw new Stop(exitCodes.refused, "Nothing was installed.");
}

/**
 * @param {string} question
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>}
 */
function askYes(question, signal) {
  const terminal = createInterface({ input: process.stdin, output: process.stderr, signal });
  return new Promise((resolve) => {
    let answer = "";
    terminal.question(question, (line) => {
      answer = line.trim();
      terminal.close();
    });
    // readline takes Ctrl-C for itself; everything else here listens for the signal
    terminal.once("SIGINT", () => process.kill(process.pid, "SIGINT"));
    terminal.once("close", () => {
      if (answer === "") process.stderr.write("\n");
      resolve(/^y(es)?$/i.test(answer));
    });
  });
}
