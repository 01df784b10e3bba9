import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { loginText, markerPattern, type SudoMode } from "./login-text.js";

const token = "0123456789abcdef01234567";

describe.each<SudoMode>(["none", "noPassword", "password"])(
  "the login text with sudo: %s",
  (mode) => {
    const text = loginText(token, mode);

    test("means the same to sh, csh and fish", () => {
      expect(text).not.toMatch(/[\\!\n]/);
      // csh of old cuts longer words.
      for (const word of text.split("'")) expect(word.length).toBeLessThan(1024);
    });

    test("holds no quote within its quotes", () => {
      expect(text.split("'")).toHaveLength(mode === "none" ? 5 : 7);
    });
  },
);

test("the shell it becomes says its process id, leads a group, and runs what it is given", () => {
  const script = 'read -r p c s q g r </proc/$$/stat; echo "$$ $g"';
  const text = loginText(token, "none");
  const output = execFileSync("sh", ["-c", text], {
    input: `${script.length}\n${script}`,
    stdio: ["pipe", "pipe", "ignore"],
  }).toString();
  const [marker, pid] = markerPattern(token).exec(output) ?? [];
  expect(output.replace(String(marker), "")).toBe(`${pid} ${pid}\n`);
});
