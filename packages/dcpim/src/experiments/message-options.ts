import { z } from "zod";
import { type KnobOptions, knobsOfOptions } from "../module/knob-options.js";
import { derivedKnobs } from "../module/knobs.js";
import { runOptions } from "./with-module.js";

/** Options of all experiments with messages. */
export const messageOptions = {
  protocol: z.enum(["dcpim", "tcp"]).default("dcpim").describe("transport protocol"),
  clients: z.int().min(1).max(15).default(1).describe("connections at the same time"),
  messageBytes: z.int().min(64).max(131_072).default(64).describe("size of a message"),
  durationS: z.int().min(2).max(3600).default(10).describe("how long clients send, in seconds"),
  ...runOptions,
} as const;

/** Whether dcPIM takes messages of that size with these knobs: it refuses larger ones with ENOBUFS. */
export const fitsModule = (
  chosen: KnobOptions & { readonly protocol: "dcpim" | "tcp"; readonly messageBytes: number },
): boolean =>
  chosen.protocol === "tcp" ||
  chosen.messageBytes <= derivedKnobs(knobsOfOptions(chosen)).largestMessageBytes;

/** What is said of a size that is too large. */
export const tooLarge = {
  path: ["messageBytes"],
  error: ({ input }: { readonly input?: unknown }) => {
    const { largestMessageBytes } = derivedKnobs(knobsOfOptions(input as KnobOptions));
    return `is larger than dcPIM takes with these knobs: ${largestMessageBytes} bytes`;
  },
};
