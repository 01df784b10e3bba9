import { readFile } from "node:fs/promises";
import { hoststackError } from "../../../errors/error.js";
import { expandTilde } from "../config/tokens.js";

/**
 * The keys of a RevokedHostKeys file. Throws OPTIONS_INVALID when it cannot be read (`ssh` accepts
 * no key then, either) or is a binary revocation list.
 */
export async function revokedKeys(file: string): Promise<Buffer[]> {
  const path = expandTilde(file);
  const text = await readFile(path, "latin1").catch((cause: unknown) => {
    throw hoststackError("OPTIONS_INVALID", `RevokedHostKeys ${path} cannot be read`, {
      cause,
      remedy: "make it readable, or take it out of the ssh configuration",
    });
  });
  if (text.startsWith("SSHKRL")) {
    throw hoststackError("OPTIONS_INVALID", `RevokedHostKeys ${path} is a revocation list`, {
      remedy: 'use carrier "openssh", which can read it',
    });
  }
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^[a-z]/.test(line))
    .map((line) => Buffer.from(line.split(/\s+/)[1] ?? "", "base64"));
}
