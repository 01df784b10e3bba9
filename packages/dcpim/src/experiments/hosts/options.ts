import { z } from "zod";
import { knobOptions } from "../../module/knob-options.js";
import type { HostPattern } from "./flow-plan.js";

/** Options of all experiments over several hosts. */
export const hostFlowOptions = {
  protocol: z.enum(["dcpim", "tcp"]).default("dcpim").describe("what carries iperf3's sockets"),
  flows: z.int().min(1).max(15).default(1).describe("flows from a host to another"),
  durationS: z.int().min(2).max(3600).default(20).describe("test time in seconds"),
  lengthBytes: z.int().min(1).max(1_048_576).default(1_048_576).describe("size of each write"),
  profile: z
    .enum(["none", "cloudlab"])
    .default("none")
    .describe("settings of upstream's scripts, a queue for each flow"),
  ...knobOptions,
} as const;

/** How many hosts of a kind. */
export const hostOption = (preset: number, most: number, text: string) =>
  z.int().min(1).max(most).default(preset).describe(text);

const shared = z.strictObject(hostFlowOptions);

/** What flows between hosts are made of, whatever the pattern. */
export type HostFlowOptions = z.output<typeof shared>;

/** Options of one experiment, and the pattern they stand for. */
export interface PatternOptions extends HostFlowOptions {
  readonly pattern: HostPattern;
  /** How many hosts the pattern takes. */
  readonly hosts: number;
}
