import { expect, test } from "vitest";
import type { Testbed } from "../testbed/testbed.js";
import type { AnyExperiment } from "./experiment.js";
import { defineRequirements } from "./requirement.js";
import { checkRequirements, judgeRequirements } from "./requirements.js";
import { FactCache } from "./roles.js";

const testbed = {
  hosts: [{ name: "a" }, { name: "b" }],
  links: [
    {
      name: "data",
      mtuBytes: 1500,
      ends: [
        { host: "a", nic: "eth0", addresses: ["10.0.0.1"] },
        { host: "b", nic: "eth9", addresses: ["10.0.0.2"] },
      ],
    },
  ],
} as unknown as Testbed;

const requirements = defineRequirements({
  facts: {},
  judge: ({ nics }) => [{ what: "card", state: "met", found: nics.join(), wanted: "any" }],
  agree: (client, server, { strict }: { readonly strict: boolean }) => [
    {
      ...{ what: "names", state: strict ? "unmet" : "met", wanted: "the same" },
      ...{ found: `${client.nics} and ${server.nics}`, remedy: "rename one" },
    },
  ],
});
const variant = (strict: boolean) => ({
  ...{ id: "one", options: { strict } },
  experiment: { name: "lab", requirements } as unknown as AnyExperiment,
});
const cache = () => new FactCache(new AbortController().signal);

test("each host is judged by itself, both ends together, and the same only once", async () => {
  const judged = await judgeRequirements([variant(false), variant(false)], testbed, cache());
  expect(judged.map(({ host, what, found }) => [host, what, found])).toEqual([
    ["a", "card", "eth0"],
    ["b", "card", "eth9"],
    ["link", "names", "eth0 and eth9"],
  ]);
});

test("ends that do not agree refuse a run, with what is wanted and the remedy", async () => {
  await expect(checkRequirements([variant(true)], testbed, cache())).rejects.toMatchObject({
    code: "CAPABILITY_MISSING",
    message: "lab cannot run on link: names: eth0 and eth9; it needs the same",
    remedy: "rename one",
  });
  await expect(checkRequirements([variant(false)], testbed, cache())).resolves.toBeUndefined();
});
