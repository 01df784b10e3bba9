// @ts-check
import { watchNpm } from "./parent.mjs";
import { Stop } from "./stop.mjs";

/**
 * Runs a script's main function, turns a Stop into its sentence and exit code, and ends the script
 * like a closed terminal does when the npm that runs it is killed.
 * @param {(args: string[]) => Promise<number>} main
 */
export async function runScript(main) {
  const endWatch = watchNpm({
    env: process.env,
    onGone: () => process.kill(process.pid, "SIGHUP"),
  });
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
  } finally {
    endWatch();
  }
}
