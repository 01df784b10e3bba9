import { userInfo } from "node:os";
import { afterEach, expect, test, vi } from "vitest";
import { expandFile, expandTokens, fileTokens, proxyTokens } from "./tokens.js";

const host = { name: "lab", hostname: "10.0.0.7", port: 2222, user: "me", hostKeyAlias: undefined };
const { homedir, uid, username } = userInfo();

afterEach(() => {
  vi.unstubAllEnvs();
});

test("replaces the tokens of a ProxyCommand, each once", () => {
  const text = "nc %h %p %n %r %k %%h";
  expect(expandTokens(text, proxyTokens(host))).toBe("nc 10.0.0.7 2222 lab me lab %h");
  expect(expandTokens("%h", proxyTokens({ ...host, hostname: "%p" }))).toBe("%p");
  expect(expandTokens("%k", proxyTokens({ ...host, hostKeyAlias: "key" }))).toBe("key");
});

test.each(["%d", "%C", "%", "100%"])("refuses %j in a ProxyCommand", (text) => {
  expect(() => expandTokens(text, proxyTokens(host))).toThrow(
    expect.objectContaining({ code: "OPTIONS_INVALID" }),
  );
});

test("replaces home, variables and tokens of a file name", () => {
  vi.stubEnv("HOSTSTACK_TEST", "a%b");
  const tokens = fileTokens(host);
  expect(expandFile("~/.ssh/%r-%n", tokens)).toBe(`${homedir}/.ssh/me-lab`);
  expect(expandFile("%d/%u/%i", tokens)).toBe(`${homedir}/${username}/${uid}`);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: ssh_config's own variable
  expect(expandFile("/x/${HOSTSTACK_TEST}", tokens)).toBe("/x/a%b");
  expect(expandFile("/x/~", tokens)).toBe("/x/~");
  // biome-ignore lint/suspicious/noTemplateCurlyInString: ssh_config's own variable
  expect(() => expandFile("${HOSTSTACK_NOT_SET}", tokens)).toThrow("HOSTSTACK_NOT_SET");
});
