import { expect, test } from "vitest";
import { quoteWord } from "../../command/quote.js";
import { shownCommand } from "./entry.js";
import { Secrets } from "./secrets.js";

test("masks a known value wherever it stands, also quoted within shell text", () => {
  const secrets = new Secrets();
  secrets.add("it's $ecret");
  secrets.add("it's $ecret indeed");
  secrets.add("");
  const command = {
    argv: ["sh", "-c", `login ${quoteWord("it's $ecret")}`, "it's $ecret indeed"] as const,
    cwd: "/home/it's $ecret",
    env: { PLAIN: "is it's $ecret?" },
  };
  expect(secrets.masked(command)).toEqual({
    argv: ["sh", "-c", "login '***'", "***"],
    cwd: "/home/***",
    env: { PLAIN: "is ***?" },
  });
});

test.each([
  ["PGPASSWORD", "***"],
  ["GITHUB_TOKEN", "***"],
  ["AWS_SECRET_ACCESS_KEY", "***"],
  ["ApiKey", "***"],
  ["PATH", "value"],
  ["KEYMAP", "value"],
])("a variable named %s shows %s", (name, shown) => {
  const masked = new Secrets().masked({ argv: ["env", `${name}=value`], env: { [name]: "value" } });
  expect(masked).toEqual({ argv: ["env", `${name}=${shown}`], env: { [name]: shown } });
});

test("masks an option that gives a secret in its own word", () => {
  const masked = new Secrets().masked({
    argv: ["tool", "--auth-token=abc", "--api-key=x=y", "a=b"],
  });
  expect(masked.argv).toEqual(["tool", "--auth-token=***", "--api-key=***", "a=b"]);
});

test("masks the word after an option that names a secret, the password of a URL, and credentials", () => {
  const url = "https://bot:ghp_abc@git.example.org/x.git";
  const masked = new Secrets().masked({
    argv: [
      "curl",
      "--oauth2-token",
      "abc",
      "-H",
      "Authorization: Bearer a.b-c",
      url,
      "--token",
      "-v",
    ],
    env: { ORIGIN: url },
  });
  const shown = "https://bot:***@git.example.org/x.git";
  expect(masked).toEqual({
    argv: [
      "curl",
      "--oauth2-token",
      "***",
      "-H",
      "Authorization: Bearer ***",
      shown,
      "--token",
      "-v",
    ],
    env: { ORIGIN: shown },
  });
  const plain = ["git", "ssh://git@host:22/x", "alice@host:/dir", "http://[::1]:80/@x"] as const;
  expect(new Secrets().masked({ argv: plain }).argv).toEqual(plain);
});

test("a line has bounds", () => {
  const many = Array.from({ length: 100 }, (_, index) => String(index));
  const shown = shownCommand({ argv: ["x".repeat(2000), ...many], env: { A: "y".repeat(2000) } });
  expect(shown.argv[0]).toBe(`${"x".repeat(1000)}... (1000 more characters)`);
  expect(shown.argv).toHaveLength(65);
  expect(shown.argv.at(-1)).toBe("... (37 more arguments)");
  expect(shown.env?.["A"]).toHaveLength(1026);
});
