import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isHoststackError } from "@hoststack/tools";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readTuningProfile } from "./read-profile.js";
import { profileFileJsonSchema } from "./schema.js";

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterEach(() => rm(place, { recursive: true, force: true }));

async function read(text: string) {
  const path = join(place, "long.yaml");
  await writeFile(path, text);
  return await readTuningProfile(path);
}

async function complaints(text: string): Promise<string[]> {
  const error = await read(text).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isHoststackError(error, "PROFILE_INVALID")) throw error ?? new Error("it was not refused");
  const lines = error.message.split("\n").slice(1);
  return lines.map((line) => line.replace(`${place}/long.yaml`, "file"));
}

const head = "version: 1\nsteps:\n";

test("a file gives its steps, with references as they are written", async () => {
  const profile = await read(`version: 1
cores: { application: { count: 4, near: link:data } }
steps:
  - { step: mtu, nic: link:data, mtuBytes: 9000 }
  - { step: irq-affinity, nic: link:data, cpus: cores:application }
  - { step: sysctl, hosts: [server], key: net.core.rmem_max, value: 268435456 }
`);
  expect(profile).toEqual({
    name: "long",
    cores: { application: { count: 4, near: "link:data" } },
    steps: [
      { step: "mtu", options: { nic: "link:data", mtuBytes: 9000 } },
      { step: "irq-affinity", options: { nic: "link:data", cpus: "cores:application" } },
      {
        step: "sysctl",
        hosts: ["server"],
        options: { key: "net.core.rmem_max", value: 268_435_456 },
      },
    ],
  });
});

test.each([
  ["version: 1\nsteps: []\n", /^file:2: steps: it is empty: there is nothing to set; write steps/],
  [`${head}  - { step: mtuu }\n`, /^file:3: steps\[0\]\.step: .*did you mean "mtu"\?/],
  [
    `${head}  - { step: mtu, nic: eth1 }\n`,
    /^file:3: steps\[0\]\.mtuBytes: it is missing; write mtuB/,
  ],
  [
    `${head}  - step: offloads\n    nic: eth1\n    txo: true\n`,
    /^file:5: steps\[0\]\.txo: there is no such field; did you mean "t(?:so|x)"\?/,
  ],
  [`${head}  - step: mtu\n    nic: eth1\n    mtuBytes: 9\n`, /^file:5: steps\[0\]\.mtuBytes: .*68/],
  [
    `${head}  - step: irq-affinity\n    nic: eth1\n    cpus: cores:aplication\n`,
    /^file:5: steps\[0\]\.cpus: no cores are called "aplication"; ask for them: cores:/,
  ],
  [`${head}  - { step: rings, nic: eth1 }\n`, /steps\[0\]\.rx: it needs one of rx, rxMini/],
  [
    `${head}  - { step: mtu, nic: eth1, mtuBytes: 9000, lifetime: scoped }\n`,
    /lifetime: there is no/,
  ],
])("every error names line, field and fix %#", async (text, told) => {
  expect((await complaints(text))[0]).toMatch(told);
});

test("a hash of flows names the protocols it is about, not all", async () => {
  const { steps } = await read(
    `${head}  - { step: flow-hash, nic: eth1, fields: { udp4: sdfn } }\n`,
  );
  expect(steps).toEqual([
    { step: "flow-hash", options: { nic: "eth1", fields: { udp4: "sdfn" } } },
  ]);
});

test("a file that is not there is said so", async () => {
  await expect(readTuningProfile(join(place, "none.yaml"))).rejects.toThrow(
    "there is no such file",
  );
});

test("the JSON Schema is the one that is shipped", async () => {
  await expect(`${JSON.stringify(profileFileJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
    "../../../schema/profile.schema.json",
  );
});
