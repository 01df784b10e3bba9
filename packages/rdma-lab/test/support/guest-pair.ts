import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  openTestbed,
  type RunRecord,
  runSeries,
  type Testbed,
  type Variant,
  variantsNamed,
} from "@hoststack/core";
import { afterAll, beforeAll } from "vitest";
import { rdmaLab } from "../../src/index.js";

/** A pair of guests, there while the tests of a file run. */
export interface GuestPair {
  readonly testbed: () => Testbed;
  /** A path in the directory of these tests. */
  readonly place: (name: string) => string;
  /** Runs each variant once. */
  readonly run: (directory: string, variants: readonly Variant[]) => Promise<RunRecord>;
  /** The only trial of a run of one experiment. */
  readonly trialOf: (name: string, options: object) => Promise<RunRecord["trials"][number]>;
}

/** An experiment with these options. */
export async function variantOf(name: string, options: object): Promise<Variant> {
  const [variant] = await variantsNamed(rdmaLab, name, { ...options });
  if (variant === undefined) throw new Error(`${name} has no variant`);
  return variant;
}

/** Opens the pair before the tests of a file and closes it after them. */
export function guestPair(): GuestPair {
  let testbed: Testbed;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "hoststack-test-"));
    const recipe = rdmaLab.guest();
    testbed = await openTestbed({ kind: "vm", hosts: ["client", "server"], recipe });
  }, 600_000);
  afterAll(async () => {
    await testbed?.[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });
  const place = (name: string) => join(directory, name);
  const run: GuestPair["run"] = (name, variants) =>
    runSeries({
      ...{ system: rdmaLab, variants, repetitions: 1, testbed, directory: place(name) },
      signal: new AbortController().signal,
    });
  let runs = 0;
  return {
    ...{ testbed: () => testbed, place, run },
    async trialOf(name, options) {
      runs += 1;
      const [trial] = (await run(`${runs}-${name}`, [await variantOf(name, options)])).trials;
      if (trial === undefined) throw new Error("a run of one variant has a trial");
      return trial;
    },
  };
}
