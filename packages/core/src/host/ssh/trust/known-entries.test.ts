import { expect, test } from "vitest";
import { makeKeyPair } from "../key-pair.js";
import { parseFound } from "./known-entries.js";

test("reads what ssh-keygen -F prints", () => {
  const [one = "", two = "", three = ""] = [1, 2, 3].map(() => makeKeyPair().publicLine);
  const key = (line: string) => Buffer.from(line.split(" ")[1] ?? "", "base64");
  const printed = [
    "# Host [h]:2222 found: line 2 ",
    `|1|fPzvfEYPHV3D3Bj7JRVwJo2bYS8=|8DmFZtZ1DkC3C5r3ZtQRzP1VvBA= ${one} me@here`,
    "# Host [h]:2222 found: line 13 REVOKED",
    `@revoked [h]:2222,other ${two}`,
    "# Host [h]:2222 found: line 14 CA",
    `@cert-authority * ${three} authority`,
    "",
  ].join("\n");
  expect(parseFound(printed, "/known")).toEqual([
    { file: "/known", line: 2, marker: undefined, key: key(one) },
    { file: "/known", line: 13, marker: "REVOKED", key: key(two) },
    { file: "/known", line: 14, marker: "CA", key: key(three) },
  ]);
});

test("passes over lines that hold no key", () => {
  const text = "# Host h found: line 1 \nh ssh-ed25519 AAAA\n# Host h found: line 2\nh ssh-rsa\n";
  expect(parseFound(text, "/known")).toEqual([]);
  expect(parseFound("", "/known")).toEqual([]);
});
