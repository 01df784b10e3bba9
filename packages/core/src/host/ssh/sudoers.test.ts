import { expect, test } from "vitest";
import { sudoersFragment } from "./sudoers.js";

test("the lines grant one account, and say what they amount to", () => {
  const text = sudoersFragment({ user: "alice" });
  expect(text).toContain("alice ALL=(root) NOPASSWD: /bin/sh, /usr/bin/sh\n");
  expect(text).toContain("equals full root");
});

test.each(["", "a b", "ALL=(ALL)", "x\nroot", "%wheel"])("%j is no account", (user) => {
  expect(() => sudoersFragment({ user })).toThrow(/not the name of an account/);
});
