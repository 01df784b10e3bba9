import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { makeKeyPair } from "../key-pair.js";
import { offeredKey, publicHalf, publicLineBlob } from "./key-blob.js";

const { openssh, publicLine } = makeKeyPair();
const blob = Buffer.from(publicLine.split(" ")[1] ?? "", "base64");

test("finds the public half in an OpenSSH private key, encrypted or not", () => {
  expect(publicHalf(openssh)).toEqual({ blob, encrypted: false });
  const bytes = Buffer.from(openssh.replace(/-----.*-----/g, ""), "base64");
  const encrypted = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    Buffer.from("\0\0\0\u000aaes256-ctr\0\0\0\u0006bcrypt\0\0\0\u0001x", "latin1"),
    // Behind the mark (15 bytes) and "none", "none", "" of an unencrypted key (8, 8 and 4 bytes).
    bytes.subarray(15 + 8 + 8 + 4),
  ]);
  const body = `-----BEGIN OPENSSH PRIVATE KEY-----\n${encrypted.toString("base64")}\n-----END OPENSSH PRIVATE KEY-----\n`;
  expect(publicHalf(body)).toEqual({ blob, encrypted: true });
});

test("finds it in an unencrypted PEM key", () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pem = privateKey.export({ type: "sec1", format: "pem" }).toString();
  expect(publicHalf(pem)).toMatchObject({ encrypted: false });
});

test.each([
  "",
  "no key",
  publicLine,
  openssh.slice(0, 60),
  `-----BEGIN OPENSSH PRIVATE KEY-----\n${Buffer.from("openssh-key-v1\0\xff\xff", "latin1").toString("base64")}\n-----END OPENSSH PRIVATE KEY-----`,
])("finds none in %j", (text) => {
  expect(publicHalf(text)).toBeUndefined();
});

test("reads public key lines", () => {
  expect(publicLineBlob(`${publicLine} me@here\n`)).toEqual(blob);
  expect(publicLineBlob("# comment")).toBeUndefined();
  expect(publicLineBlob(openssh)).toBeUndefined();
});

test("offers what ssh2 knows and nothing else", () => {
  expect(offeredKey("ssh-ed25519", blob)?.getPublicSSH()).toEqual(blob);
  expect(offeredKey("sk-ssh-ed25519@openssh.com", blob)).toBeUndefined();
});
