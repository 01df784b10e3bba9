import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endKept, type RunRecord } from "@hoststack/core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { mirror, noMirror } from "../support/mirror.js";

const copy = mirror();
const name = "servers";
/** Other than those of guests, so that nothing built before counts. */
const knobs = ["--control-rtt-us", "2500"];
/** A busy machine makes a trial suspect (5), which is no matter here. */
const measured = [0, 5];

/** The command as it was built: a kept testbed is held by a program of its own. */
async function main(argv: readonly string[]): Promise<number> {
  const bin = join(import.meta.dirname, "../../dist/bin.js");
  const child = spawn(process.execPath, [bin, ...argv], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [code] = (await once(child, "close")) as [number];
  return code;
}

let place: string;
let where: readonly string[];
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  vi.stubEnv("XDG_STATE_HOME", join(place, "state"));
  where = ["--testbed", join(place, "state/hoststack/testbeds", name, "testbed.yaml")];
});
afterAll(async () => {
  vi.stubEnv("XDG_STATE_HOME", join(place, "state"));
  await endKept(name).catch(() => undefined);
  await rm(place, { recursive: true, force: true });
});

describe.skipIf(copy === undefined)(
  copy === undefined ? noMirror : "upstream on two hosts of a testbed file, over their sshd",
  () => {
    test("set up with copies of what is built here, run, and restored", async () => {
      vi.stubEnv("XDG_STATE_HOME", join(place, "state"));
      expect(await main(["testbed", "up", "--name", name])).toBe(0);
      const out = join(place, "run");
      const run = ["run", "long-flows", ...knobs, "--duration-s", "10", "--repeat", "1", ...where];
      await expect(main([...run, "--out", join(place, "refused")])).resolves.toBe(3);

      const built = ["--build-on", "controller", "--mirror", copy ?? "", ...knobs, ...where];
      expect(await main(["setup", "long-flows", ...built, "--yes"])).toBe(0);
      expect(await main(["plan", "long-flows", ...built, "--detailed-exitcode"])).toBe(0);

      const code = await main([...run, "--out", out]);
      const { trials } = JSON.parse(await readFile(join(out, "run.json"), "utf8")) as RunRecord;
      expect(measured, JSON.stringify(trials.map(({ verdict }) => verdict))).toContain(code);
      expect(trials[0]?.samples[0]?.value).toBeGreaterThan(1e6);

      expect(await main(["restore", ...where, "--yes"])).toBe(0);
      expect(await main(["plan", "long-flows", ...built, "--detailed-exitcode"])).toBe(10);
    }, 900_000);
  },
);
