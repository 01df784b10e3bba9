import { expect, test } from "vitest";
import { pinKeys } from "./host-key.js";
import { makeKeyPair } from "./key-pair.js";

const known =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl github.com";

test("knows the keys it was given and no other", () => {
  const keys = pinKeys([known]);
  const blob = Buffer.from(known.split(" ")[1] ?? "", "base64");
  expect(keys.types).toEqual(["ssh-ed25519"]);
  expect(keys.holds(blob)).toBe(true);
  const other = Buffer.from(makeKeyPair().publicLine.split(" ")[1] ?? "", "base64");
  expect(keys.holds(other)).toBe(false);
  expect(keys.holds(Buffer.alloc(0))).toBe(false);
  expect(keys.rejection(other, "root@server:22").message).toContain(
    "is known by ssh-ed25519 SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU",
  );
});

test.each([[[]], [["ssh-ed25519"]], [["# comment"]], [["ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIA=="]]])(
  "refuses %j as host keys",
  (lines) => {
    expect(() => pinKeys(lines)).toThrow(expect.objectContaining({ code: "OPTIONS_INVALID" }));
  },
);
