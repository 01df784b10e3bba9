import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeKeyPair } from "../key-pair.js";
import { revokedKeys } from "./revoked-keys.js";

test("reads every key, indented ones as well, and nothing else", async () => {
  const directory = await mkdtemp(join(tmpdir(), "hoststack-revoked-"));
  try {
    const lines = [makeKeyPair().publicLine, makeKeyPair().publicLine];
    const file = join(directory, "revoked");
    await writeFile(file, `# stolen\n${lines[0]}\r\n\n \t${lines[1]} a laptop\n`);
    const blobs = lines.map((line) => Buffer.from(line.split(" ")[1] ?? "", "base64"));
    expect(await revokedKeys(file)).toEqual(blobs);
    await expect(revokedKeys(join(directory, "missing"))).rejects.toMatchObject({
      code: "OPTIONS_INVALID",
    });
  } finally {
    await rm(directory, { recursive: true });
  }
});
