// @ts-check
import { exitCodes, Stop } from "./stop.mjs";

const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/**
 * Turns signals into an abort for the time of the bootstrap.
 * @returns {{ signal: AbortSignal, release: () => void }}
 */
export function catchSignals() {
  const controller = new AbortController();
  /** @param {NodeJS.Signals} name */
  const abort = (name) =>
    controller.abort(new Stop(exitCodes.interrupted, `Stopped by ${name}; run it again to go on.`));
  for (const name of signals) process.on(name, abort);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of signals) process.off(name, abort);
    },
  };
}
