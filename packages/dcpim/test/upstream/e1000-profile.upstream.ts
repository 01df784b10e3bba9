import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endKept, keepTestbed, openTestbed } from "@hoststack/core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { dcpimGuest } from "../../src/guest.js";
import { main } from "../../src/main.js";
import { mirror, noMirror } from "../support/mirror.js";

const copy = mirror();
const name = "e1000";
const where = ["--testbed", `kept:${name}`];
const holderProgram = join(import.meta.dirname, "../../../core/dist/holder.js");
/** Something is missing on a host. */
const preflight = 3;

/** What of the profile an e1000 has not. */
const lacking = [
  [
    "link:lab0:coalescing",
    "the driver of lab0 has no adaptive-rx, adaptive-tx among its interrupt coalescing",
  ],
  ["link:lab0:flow-steering:0", "the driver of lab0 has no steering rules"],
] as const;

/** All that the profile is about. */
const surroundings = `
for flag in k g c a l; do ethtool -$flag lab0; done
ip -o link show lab0; sysctl net.core.wmem_max net.core.rmem_max
grep -H . /proc/irq/*/smp_affinity_list; ls /sys/module | grep -x dcpim_module
`;

let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterAll(async () => {
  vi.stubEnv("XDG_STATE_HOME", join(place, "state"));
  await endKept(name).catch(() => undefined);
  await rm(place, { recursive: true, force: true });
});

async function surroundingsOfAll(): Promise<readonly string[]> {
  await using testbed = await openTestbed({ kind: "kept", name });
  const asked = testbed.hosts.map((host) => host.run({ argv: ["sh", "-c", `${surroundings}:`] }));
  return (await Promise.all(asked)).map(({ stdout }) => stdout);
}

describe.skipIf(copy === undefined)(
  copy === undefined ? noMirror : "upstream's profile for long flows on two guests' e1000",
  () => {
    test("is refused by what such a card has not, and leaves it as it was", async () => {
      vi.stubEnv("XDG_STATE_HOME", join(place, "state"));
      const recipe = { ...dcpimGuest(), dataCard: "e1000" } as const;
      const spec = { kind: "vm", hosts: ["client", "server"], recipe } as const;
      await keepTestbed({ name, system: "dcpim", spec, holderProgram });
      expect(await main(["build", "long-flows", "--mirror", copy ?? "", ...where])).toBe(0);
      const before = await surroundingsOfAll();
      const said = vi.spyOn(process.stderr, "write");
      const run = ["run", "long-flows", "--profile", "long", "--out", join(place, "run")];
      const code = await main([...run, ...where]);
      const text = said.mock.calls.map(([words]) => String(words)).join("");
      expect(code).toBe(preflight);
      // no word of MTU, offloads, interrupts and socket buffers, which it has
      const refused = [...text.matchAll(/long-flows needs (\S+) on (\w+): (.*?)[:[\n]/g)];
      expect(refused.map(([, what, host, why]) => [what, host, why?.trim()])).toEqual(
        ["client", "server"].flatMap((host) => lacking.map(([what, why]) => [what, host, why])),
      );
      expect(await surroundingsOfAll()).toEqual(before);
    }, 1_200_000);
  },
);
