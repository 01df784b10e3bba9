import { execFile } from "node:child_process";
import { promisify } from "node:util";

const exec = promisify(execFile);

/** Runs a program to its end and keeps its output; throws unless it ends with status 0. */
export async function runChild(
  argv: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const [program, ...args] = argv;
  const options = { env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 };
  return (await exec(program, args, options)).stdout;
}

/** The same as one side of a comparison. */
export const child =
  (argv: readonly [string, ...string[]], env: NodeJS.ProcessEnv = {}) =>
  async (): Promise<undefined> => {
    await runChild(argv, env);
  };
