import { expect, test } from "vitest";
import { proxyCommandOf } from "./proxy-command.js";

const host = {
  ...{ name: "lab", hostname: "lab.example.org", user: "alice", port: 22 },
  hostKeyAlias: undefined,
};

test("tokens of a ProxyCommand are replaced", () => {
  expect(proxyCommandOf(host, "nc -w 5 %h %p # %r %% %n")).toBe(
    "nc -w 5 lab.example.org 22 # alice % lab",
  );
});

test.each([
  ["hostname", "x;touch$IFS;y", "nc %h"],
  ["hostname", "-oProxyCommand=x", "ssh -W x %h"],
  ["name", "$(id)", "nc %n"],
  ["user", "alice`id`", "corkscrew %r"],
])("a %s that would be shell text is refused: %s", (field, value, command) => {
  expect(() => proxyCommandOf({ ...host, [field]: value }, command)).toThrow(
    expect.objectContaining({ code: "OPTIONS_INVALID", remedy: expect.any(String) }),
  );
  expect(proxyCommandOf({ ...host, [field]: value }, "nc gate %p")).toBe("nc gate 22");
});
