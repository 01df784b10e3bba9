import ssh2 from "ssh2";
import { expect, test } from "vitest";
import { makeGuestHostKey } from "./guest-keys.js";

test("a host key has a public line SSH clients read, and dropbear's form of the same key", () => {
  const key = makeGuestHostKey();
  const parsed = ssh2.utils.parseKey(key.publicLine);
  if (parsed instanceof Error) throw parsed;
  expect(parsed.type).toBe("ssh-ed25519");
  expect(key.dropbear).toHaveLength(4 + 11 + 4 + 64);
  expect(parsed.getPublicSSH().subarray(-32)).toEqual(key.dropbear.subarray(-32));
  expect(makeGuestHostKey().publicLine).not.toBe(key.publicLine);
});
