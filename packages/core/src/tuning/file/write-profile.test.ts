import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { TuningProfile } from "../profile.js";
import { readTuningProfile } from "./read-profile.js";
import { profileText } from "./write-profile.js";

const rule = (port: number) => ({ flowType: "tcp4", dstPort: port, action: { queue: 0 } });
const profile: TuningProfile = {
  name: "long",
  cores: { application: { count: 4, near: "link:data" } },
  steps: [
    { step: "mtu", options: { nic: "link:data", mtuBytes: 9000 } },
    { step: "irq-affinity", hosts: ["server"], options: { nic: "link:data", cpus: [0, 4] } },
    {
      step: "flow-steering",
      hosts: ["client"],
      options: { nic: "link:data", rules: [rule(1), rule(2)] },
    },
  ],
};

test("a step takes a line, a rule as well", () => {
  expect(profileText(profile)).toBe(`version: 1
cores:
  application: { count: 4, near: link:data }
steps:
  - { step: mtu, nic: link:data, mtuBytes: 9000 }
  - { step: irq-affinity, hosts: [ server ], nic: link:data, cpus: [ 0, 4 ] }
  - step: flow-steering
    hosts: [ client ]
    nic: link:data
    rules:
      - { flowType: tcp4, dstPort: 1, action: { queue: 0 } }
      - { flowType: tcp4, dstPort: 2, action: { queue: 0 } }
`);
});

test("what is written is read as the same, by the name of the file", async () => {
  const place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  try {
    const path = join(place, "mine.yaml");
    await writeFile(path, profileText(profile));
    expect(await readTuningProfile(path)).toEqual({ ...profile, name: "mine" });
  } finally {
    await rm(place, { recursive: true, force: true });
  }
});
