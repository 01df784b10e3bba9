import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { openLocalTransport } from "../host/local.js";
import { openHost } from "../host/open-host.js";
import { machineFacts } from "./machine-facts.js";
import { taintWords } from "./taint.js";

test.skipIf(process.platform !== "linux")("a machine tells what a record holds of it", async () => {
  await using host = openHost({
    name: "here",
    machine: { id: "here" },
    transport: openLocalTransport(),
  });
  const facts = await machineFacts(host, new AbortController().signal);
  const tainted = Number(await readFile("/proc/sys/kernel/tainted", "utf8"));
  expect(facts).toMatchObject({
    bootId: (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim(),
    taint: taintWords(tainted),
    foreignModules: expect.stringMatching(
      /^none$|^\w+ \([A-Z]+, srcversion \S+, build id [-0-9a-f]+\)(, |$)/,
    ),
  });
});
