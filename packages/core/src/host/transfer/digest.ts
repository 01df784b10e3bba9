import { createHash, getHashes, type Hash } from "node:crypto";

/**
 * Digests a host may have the program for, best first. BLAKE2b takes a third of the time of coreutils'
 * SHA-256, which is slower than a fast network; busybox knows SHA-256 only.
 */
const programs = [
  { digest: "blake2b512", program: "b2sum" },
  { digest: "sha256", program: "sha256sum" },
] as const;

/** Name of a digest as `node:crypto` takes it. */
export type DigestName = (typeof programs)[number]["digest"];

/** Programs of the digests this Node.js knows (some are built without BLAKE2), best first. */
export function digestPrograms(): string[] {
  const known = getHashes();
  return programs.filter(({ digest }) => known.includes(digest)).map(({ program }) => program);
}

/** The digest a program computes. */
export function digestOf(program: string): DigestName | undefined {
  return programs.find((one) => one.program === program)?.digest;
}

/** A running digest. */
export function newDigest(name: DigestName): Hash {
  return createHash(name);
}
