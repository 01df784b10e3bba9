import { createHash, getHashes, type Hash } from "node:crypto";
import { performance } from "node:perf_hooks";

/**
 * Digests a host may have the program for, best first. With the CPU's own instructions, which coreutils often
 * do not use, SHA-256 takes half the time of BLAKE2b, and that a third of coreutils' SHA-256, which is slower than a fast
 * network; busybox knows SHA-256 only.
 */
const programs = [
  { digest: "sha256", program: "openssl", content: "large" },
  { digest: "blake2b512", program: "b2sum", content: "any" },
  { digest: "sha256", program: "sha256sum", content: "any" },
] as const;

/** Starting `openssl` takes as long as a digest of 8 MiB. */
const largeBytes = 64 * 1024 * 1024;

/** Name of a digest as `node:crypto` takes it. */
export type DigestName = (typeof programs)[number]["digest"];

/**
 * Programs of the digests this Node.js knows (some are built without BLAKE2), best first.
 *
 * @param bytes Of the whole content, which programs are given in stretches. @default little
 */
export function digestPrograms(bytes = 0): string[] {
  const known = getHashes();
  const isLarge = bytes >= largeBytes && (!known.includes("blake2b512") || isSha256Quick());
  return programs
    .filter(({ digest, content }) => known.includes(digest) && (content === "any" || isLarge))
    .map(({ program }) => program);
}

/** The digest a program computes. */
export function digestOf(program: string): DigestName | undefined {
  return programs.find((one) => one.program === program)?.digest;
}

/** A running digest. */
export function newDigest(name: DigestName): Hash {
  return createHash(name);
}

let sha256IsQuick: boolean | undefined;

/** Whether this machine computes SHA-256 quicker than BLAKE2b: it does where the CPU has instructions for it. */
function isSha256Quick(): boolean {
  sha256IsQuick ??= timeMs("sha256") < timeMs("blake2b512");
  return sha256IsQuick;
}

/** The shortest of some times: the first ones include what is loaded then. */
function timeMs(name: DigestName): number {
  const content = Buffer.alloc(262_144);
  const times = Array.from({ length: 4 }, () => {
    const began = performance.now();
    newDigest(name).update(content).digest();
    return performance.now() - began;
  });
  return Math.min(...times);
}
