import { runChild } from "./child.js";

const ordinary = ["--other", "0"] as const;
const realTime = ["--rr", "10"] as const;

async function schedule([policy, priority]: readonly [string, string]): Promise<void> {
  await runChild(["chrt", "--all-tasks", policy, "--pid", priority, String(process.pid)]);
}

/**
 * Gives this process, and all that is started from now on, real-time priority until it is disposed, so
 * that other work on the machine takes no part. Undefined where that is not allowed, or without `chrt`.
 */
export async function takeRealTime(): Promise<AsyncDisposable | undefined> {
  try {
    await schedule(realTime);
  } catch {
    return undefined;
  }
  return { [Symbol.asyncDispose]: () => schedule(ordinary) };
}
