import { exitCodes } from "../errors/catalogue.js";
import { hoststackError } from "../errors/error.js";

const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs something that these signals interrupt: the first one aborts it so that it can clean up, a
 * second one ends the process at once (what runs for it dies with it, by the kernel's own means).
 */
export async function interruptible<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort(hoststackError("INTERRUPTED", `stopped by ${name}`));
  };
  for (const name of endings) process.on(name, onSignal);
  try {
    return await run(controller.signal);
  } finally {
    for (const name of endings) process.off(name, onSignal);
  }
}
