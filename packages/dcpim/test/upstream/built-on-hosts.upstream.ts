import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  endKept,
  type Host,
  keepTestbed,
  openTestbed,
  putTree,
  type RunRecord,
} from "@hoststack/core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { dcpimGuest } from "../../src/guest.js";
import { main } from "../../src/main.js";
import { mirror, noMirror } from "../support/mirror.js";

const copy = mirror();
const name = "builders";
const mirrorThere = "/root/dcpim.git";
/** A busy machine makes a trial suspect (5), which is no matter here. */
const measured = [0, 5];

/** The one that was built. */
const holderProgram = join(import.meta.dirname, "../../../core/dist/holder.js");

/** Servers as users have them: a compiler, git, and the headers of their kernel. */
const compilers = ["binutils", "g++", "gcc", "git", "linux-headers-amd64", "make"];
const recipe = {
  ...dcpimGuest(),
  packages: [...dcpimGuest().packages, ...compilers],
  memoryMib: 2560,
};

let place: string;
let file: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  vi.stubEnv("XDG_STATE_HOME", join(place, "state"));
  file = join(place, "state/hoststack/testbeds", name, "testbed.yaml");
});
afterAll(async () => {
  await endKept(name).catch(() => undefined);
  vi.unstubAllEnvs();
  await rm(place, { recursive: true, force: true });
});

/** Gives each host a copy of the sources, as there is no way out of guests. */
async function bringMirror(): Promise<void> {
  await using servers = await openTestbed({ kind: "kept", name });
  const bring = (host: Host) => putTree(host, { localPath: copy ?? "", path: mirrorThere });
  await Promise.all(servers.hosts.map(bring));
}

describe.skipIf(copy === undefined)(
  copy === undefined ? noMirror : "upstream on two hosts that build it themselves",
  () => {
    test("against the headers of their own kernel, run, and restored", async () => {
      const spec = { kind: "vm", hosts: ["client", "server"], recipe } as const;
      await keepTestbed({ name, system: "dcpim", spec, holderProgram });
      await bringMirror();
      const where = ["--testbed", file];
      const setup = ["long-flows", "--mirror", mirrorThere, ...where];
      expect(await main(["setup", ...setup, "--yes"])).toBe(0);
      expect(await main(["plan", ...setup, "--detailed-exitcode"])).toBe(0);

      const out = join(place, "run");
      const run = ["run", "long-flows", "--duration-s", "10", "--repeat", "1", "--out", out];
      const code = await main([...run, ...where]);
      const { trials } = JSON.parse(await readFile(join(out, "run.json"), "utf8")) as RunRecord;
      expect(measured, JSON.stringify(trials.map(({ verdict }) => verdict))).toContain(code);
      expect(trials[0]?.samples[0]?.value).toBeGreaterThan(1e6);

      expect(await main(["restore", ...where, "--yes"])).toBe(0);
      expect(await main(["plan", ...setup, "--detailed-exitcode"])).toBe(10);
    }, 3_600_000);
  },
);
