import { hoststackError, type InformedPart, type Step } from "@hoststack/core";
import { z } from "zod";
import type { HostFacts } from "../host-facts.js";
import { knobsFor } from "../module/host-knobs.js";
import type { KnobOptions } from "../module/knob-options.js";
import { derivedKnobs } from "../module/knobs.js";
import { publishedNicSettings } from "./published-settings.js";
import type { ProfileName } from "./run-profile.js";
import { hostConditions, runOptions } from "./with-module.js";

/** Options of all experiments with messages. */
export const messageOptions = {
  protocol: z.enum(["dcpim", "tcp"]).default("dcpim").describe("transport protocol"),
  clients: z.int().min(1).max(15).default(1).describe("connections at the same time"),
  messageBytes: z.int().min(64).max(131_072).default(64).describe("size of a message"),
  durationS: z.int().min(2).max(3600).default(10).describe("how long clients send, in seconds"),
  ...runOptions,
} as const;

/** What decides whether dcPIM takes messages of a size. */
type MessageSize = KnobOptions & {
  readonly protocol: "dcpim" | "tcp";
  readonly messageBytes: number;
};

/**
 * Throws OPTIONS_INVALID for messages that are larger than dcPIM takes with the knobs of a host: it refuses them with
 * ENOBUFS, when they are sent.
 */
function checkMessageSize(
  chosen: MessageSize,
  { host, nics: [nic = ""], facts }: InformedPart<HostFacts>,
): void {
  if (chosen.protocol === "tcp") return;
  const { largestMessageBytes } = derivedKnobs(knobsFor(chosen, { nic, facts }));
  if (chosen.messageBytes <= largestMessageBytes) return;
  const text = `messageBytes is larger than dcPIM takes with the knobs of ${host}: ${largestMessageBytes} bytes`;
  throw hoststackError("OPTIONS_INVALID", text, {
    remedy: "send smaller ones, or give a larger --rtt-us or --bandwidth-gbps to setup and run",
    details: { field: "messageBytes", largestMessageBytes },
  });
}

/**
 * What holds on a host while messages are sent; as published, protocols have a NIC set differently. Throws as
 * `checkMessageSize` and `hostConditions` do.
 */
export function messageConditions(
  chosen: MessageSize & { readonly profile: ProfileName; readonly asPublished?: boolean },
  part: InformedPart<HostFacts>,
): readonly Step[] {
  checkMessageSize(chosen, part);
  const [nic = ""] = part.nics;
  const rulesGo = chosen.profile !== "none";
  const instead = chosen.asPublished ? publishedNicSettings(nic, chosen, { rulesGo }) : undefined;
  return hostConditions(chosen, part, instead);
}
