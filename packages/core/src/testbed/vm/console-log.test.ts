import { expect, test } from "vitest";
import { consoleState, consoleTail, toldKernel } from "./console-log.js";

test("the console shows how far a guest has come", () => {
  expect(consoleState("[    0.1] something\n")).toBe("booting");
  expect(consoleState("noise\nHOSTSTACK-READY\n")).toBe("ready");
  expect(consoleState("HOSTSTACK-WAITING\n")).toBe("waiting");
  expect(consoleState("HOSTSTACK-WAITING\nHOSTSTACK-TOLD\n")).toBe("told");
  expect(consoleState("HOSTSTACK-WAITING\nHOSTSTACK-READY\n")).toBe("ready");
  expect(consoleState("HOSTSTACK-FAILED: no card\n")).toEqual({ failed: "no card" });
  expect(consoleState("[ 1.2] Kernel panic - not syncing: no init\n")).toEqual({
    failed: "its kernel panicked: no init",
  });
});

test("the kernel a guest tells is found among other words", () => {
  expect(toldKernel("[ 1.2] a card\nHOSTSTACK-KERNEL 6.1.0-56-amd64\nHOSTSTACK-TOLD\n")).toBe(
    "6.1.0-56-amd64",
  );
  expect(toldKernel("HOSTSTACK-KERN[ 1.2] a card\nEL 6.1.0\n")).toBeUndefined();
});

test("the quoted part of a console is around the kernel's death, or its end", () => {
  const registers = Array.from({ length: 40 }, (_, index) => `R${index}: 0000`);
  const dead = ["early", "last words", "Kernel panic - not syncing: x", ...registers].join("\n");
  expect(consoleTail(dead)).toMatch(/^early\nlast words\nKernel panic.*\nR0/);
  expect(consoleTail(registers.join("\n")).split("\n").at(-1)).toBe("R39: 0000");
  expect(consoleTail("one\n\n")).toBe("one");
});
