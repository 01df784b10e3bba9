import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, expect, test } from "vitest";
import { bundledScript, removeBundledScripts } from "./vm-bundled-script.js";

afterAll(removeBundledScripts);

const asking = `
import { askOnTerminal } from "#core/cli/ask-on-terminal.js";
const ask = askOnTerminal();
const questions = ["one?", "two?"].map((text) => ask?.({ text, secret: true }));
const answers = await Promise.allSettled(questions);
process.stdout.write(JSON.stringify(answers.map(({ value, reason }) => value ?? reason?.code)) + "\\n");
`;

const confirming = `
import { confirmOnTerminal } from "#core/cli/confirm-on-terminal.js";
const agreed = await confirmOnTerminal("do it?", new AbortController().signal).catch((error) => error);
process.stdout.write(agreed instanceof Error ? agreed.code + " " + agreed.remedy : "answer " + agreed);
`;

/** Runs it on a terminal of its own (script, of bsdutils) and types what is asked for. */
async function typed(path: string, answers: Readonly<Record<string, string>>): Promise<string> {
  const command = `'${process.execPath}' '${path}'`;
  const child: ChildProcess = spawn("script", ["-qec", command, "/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  let screen = "";
  const left = new Map(Object.entries(answers));
  child.stdout?.on("data", (chunk) => {
    screen += String(chunk);
    for (const [question, answer] of left) {
      if (!screen.includes(question)) continue;
      left.delete(question);
      child.stdin?.write(answer);
    }
  });
  await once(child, "close");
  return screen;
}

test("asks one question after the other, without echo", async () => {
  const path = await bundledScript("asking", asking);
  const screen = await typed(path, { "one? ": "alpha\r", "two? ": "bexx\x7f\x7fta\r" });
  expect(screen).toContain('["alpha","beta"]');
  expect(screen.replace(/\[.*\]/, "")).not.toMatch(/alpha|be/);
});

test("an interrupt is one for the whole process", async () => {
  const path = await bundledScript("asking-interrupted", asking);
  const screen = await typed(path, { "one? ": "alp\x03" });
  expect(screen).not.toContain("[");
});

/** The same in a process that goes on after an interrupt. */
const interruptible = (more: string) => `
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => stop.abort());
${more}
${asking.replace("askOnTerminal()", "askOnTerminal(stop.signal)")}`;

test.each([
  ["typed", { "one? ": "alp\x03" }, ""],
  ["by a signal", {}, "setTimeout(() => process.kill(process.pid, 'SIGTERM'), 300);"],
])("an interrupt, %s, ends every question where the process goes on", async (_, answers, more) => {
  const path = await bundledScript(`asking-stopped-${more.length}`, interruptible(more));
  const screen = await typed(path, answers);
  expect(screen).toContain('["INTERRUPTED","INTERRUPTED"]');
  expect(screen).not.toContain("two?");
});

test("a question cannot steer the terminal", async () => {
  const steering = "\\x1b]0;owned\\x07\\x9b2Jone?";
  const path = await bundledScript("asking-escapes", asking.replace('"one?"', `"${steering}"`));
  const screen = await typed(path, { "one? ": "alpha\r", "two? ": "beta\r" });
  expect(screen).toContain("]0;owned2Jone? ");
  expect(screen.replaceAll(/[\r\n]/g, "")).not.toMatch(/\p{Cc}/u);
});

/** Runs it without a terminal. */
async function unasked(path: string): Promise<string> {
  const child = spawn("setsid", [process.execPath, path], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += String(chunk);
  });
  await once(child, "close");
  return output;
}

test("without a terminal there is nobody to ask", async () => {
  expect(await unasked(await bundledScript("asking-nobody", asking))).toBe("[null,null]\n");
});

test("what is to be confirmed needs a terminal or --yes", async () => {
  const path = await bundledScript("confirming", confirming);
  expect(await typed(path, { "do it? [y/N] ": "y\r" })).toContain("answer true");
  expect(await typed(path, { "do it? [y/N] ": "\r" })).toContain("answer false");
  expect(await unasked(path)).toMatch(/^OPTIONS_INVALID give --yes /);
});
