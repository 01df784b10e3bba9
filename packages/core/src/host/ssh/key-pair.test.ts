import { createPrivateKey, createPublicKey } from "node:crypto";
import ssh2 from "ssh2";
import { expect, test } from "vitest";
import { type KeyPair, keyPairOf, makeKeyPair } from "./key-pair.js";

/** Signs with the private form and checks with the public one, as a login does. */
function fits(pair: KeyPair): boolean {
  const [secret, open] = [ssh2.utils.parseKey(pair.openssh), ssh2.utils.parseKey(pair.publicLine)];
  if (secret instanceof Error) throw secret;
  if (open instanceof Error) throw open;
  const signature = secret.sign("challenge");
  return Buffer.isBuffer(signature) && open.verify("challenge", signature) === true;
}

test("all three forms are of one key, and another call makes another key", () => {
  const pair = makeKeyPair();
  expect(fits(pair)).toBe(true);
  expect(pair.dropbear).toHaveLength(4 + 11 + 4 + 64);
  const [, blob = ""] = pair.publicLine.split(" ");
  expect(pair.dropbear.subarray(-32)).toEqual(Buffer.from(blob, "base64").subarray(-32));
  expect(makeKeyPair().publicLine).not.toBe(pair.publicLine);
});

test("keys with leading zero bytes work like any other", () => {
  // DER of an Ed25519 private key (RFC 8410) around a seed
  const der = (seed: Buffer) =>
    Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const withZero = Array.from({ length: 2000 }, (_, index) => {
    const seed = Buffer.alloc(32);
    seed.writeUInt32BE(index, 28);
    const key = createPrivateKey({ key: der(seed), format: "der", type: "pkcs8" });
    const { x = "" } = createPublicKey(key).export({ format: "jwk" });
    return { seed, open: Buffer.from(x, "base64url") };
  }).filter(({ open }) => open[0] === 0);
  expect(withZero.length).toBeGreaterThan(0);
  for (const { seed, open } of withZero) expect(fits(keyPairOf(seed, open))).toBe(true);
});
