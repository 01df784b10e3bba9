import type { AnyExperiment } from "@hoststack/core";
import { describe, expect, test } from "vitest";
import { dcpim } from "./system.js";

const experiments: Readonly<Record<string, AnyExperiment>> = dcpim.experiments;

/** Options of a variant as its experiment takes them; throws where it does not. */
async function checked(experiment: string, options: unknown): Promise<Record<string, unknown>> {
  const schema = experiments[experiment]?.options;
  const outcome = await schema?.["~standard"].validate(options);
  if (outcome !== undefined && "value" in outcome) return outcome.value;
  throw new Error(`${experiment}: ${JSON.stringify(outcome?.issues)}`);
}

const suites = Object.entries(dcpim.suites ?? {});

describe.each(suites)("suite %s", (_, { variants }) => {
  test("has options its experiments take, and a name of its own for each variant: no result overwrites another", async () => {
    for (const { experiment, options } of variants) await checked(experiment, options);
    const ids = variants.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("runs TCP under the settings of dcPIM", async () => {
    for (const { id, experiment, options } of variants) {
      const twin = variants.find((one) => one.id === id.replace(/^dcpim-/, "tcp-"));
      if (!id.startsWith("dcpim-")) continue;
      const [own, other] = [
        await checked(experiment, options),
        await checked(twin?.experiment ?? "", twin?.options),
      ];
      expect({ ...other, protocol: "dcpim" }).toEqual(own);
    }
  });
});

test("messages are sent at a rate that leaves no queue, unless they are to be as published", async () => {
  const rate = async (options: unknown) =>
    (await checked("short-messages", options))["messagesPerS"];
  expect(await rate({})).toBe(100);
  const published = dcpim.suites?.["published-messages"]?.variants ?? [];
  expect(published).toHaveLength(20);
  for (const { options } of published) expect(await rate(options)).toBe(0);
});
