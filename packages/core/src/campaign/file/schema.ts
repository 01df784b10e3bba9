import { z } from "zod";
import { maxSeed } from "../trial-order.js";

const name = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    "has other characters than letters, digits, dots, dashes and underscores",
  );

const value = z.union([z.string(), z.number(), z.boolean()]);

const entrySchema = z.strictObject({
  experiment: z
    .string()
    .min(1, "is empty")
    .describe("name of an experiment, as `run` takes it")
    .meta({ examples: ["iperf3"] }),
  id: name
    .optional()
    .describe("begins the names of its raw outputs; default: the experiment")
    .meta({ examples: ["small"] }),
  options: z
    .record(z.string(), value)
    .optional()
    .describe("options that are the same in all trials; default: those of the experiment")
    .meta({ examples: [{ durationS: 2 }] }),
  sweep: z
    .record(z.string(), z.array(value).min(1, "is empty"))
    .optional()
    .describe("options that vary: every combination of their values is measured")
    .meta({ examples: [{ messageBytes: [64, 1472] }] }),
});

/** What a campaign file says. */
export const campaignFileSchema = z.strictObject({
  version: z.literal(1).describe("version of this format"),
  name: name
    .optional()
    .describe("names the run directory; default: the name of the file")
    .meta({ examples: ["sizes"] }),
  repeat: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe("trials of each variant; default 3")
    .meta({ examples: [5] }),
  seed: z
    .int()
    .min(0)
    .max(maxSeed)
    .optional()
    .describe("draws the order within each repetition; default: a new one for each run, recorded")
    .meta({ examples: [7] }),
  experiments: z
    .array(entrySchema)
    .min(1, "is empty: there is nothing to measure")
    .describe("what is measured")
    .meta({ examples: [[{ experiment: "iperf3" }]] }),
});

/** A campaign file as it is written. */
export type CampaignFile = z.input<typeof campaignFileSchema>;

/** The JSON Schema (draft 2020-12) of a campaign file. */
export function campaignFileJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(campaignFileSchema, { target: "draft-2020-12", io: "input" });
}
