import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A shell of this machine behind a pipe: the least that any way of running commands can take. */
export interface LocalShell extends AsyncDisposable {
  /** Runs shell text and waits until it has ended. */
  run(text: string): Promise<void>;
}

/** Starts the shell, without anything around it. */
export function openLocalShell(): LocalShell {
  const child = spawn("sh", [], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const gone = once(child, "exit").then(() => {
    throw new Error("the shell has ended");
  });
  gone.catch(() => {});
  return {
    run: async (text) => {
      const answered = once(lines, "line");
      child.stdin.write(`${text}\necho $?\n`);
      const [status] = await Promise.race([answered, gone]);
      if (status !== "0") throw new Error(`the shell says ${status}`);
    },
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, "exit");
      child.stdin.end();
      await ended;
    },
  };
}
