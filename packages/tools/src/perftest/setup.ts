import { z } from "zod";
import { withoutUndefined } from "../kernel/text.js";
import type { Report } from "./report.js";

/** What a test does on the wire, by the word in its title. */
export const perftestVerb = z.enum(["send", "write", "read", "atomic"]);

/** Settings that perftest prints above its table; each absent when the text does not hold it. */
export const perftestSetup = z.strictObject({
  device: z.string().optional(),
  connection: z.string().optional(),
  linkType: z.string().optional(),
  mtuBytes: z.int().optional(),
  qpCount: z.int().optional(),
  /** One completion, and with a duration one step of the count, per this many messages. */
  cqModeration: z.int().optional(),
  gidIndex: z.int().optional(),
  events: z.boolean().optional(),
});

function whole(text: string | undefined): number | undefined {
  const digits = /^(\d+)(?:\[B\])?$/.exec(text ?? "");
  return digits === null ? undefined : Number(digits[1]);
}

function pick(info: Readonly<Record<string, string>>, ...names: string[]): string | undefined {
  const value = names.map((name) => info[name]).find((v) => v !== undefined);
  return value === undefined || value === "" ? undefined : value;
}

/** Title, verb and settings of a report, whether from its banner or from its JSON. */
export function readSetup(report: Report) {
  const { info, test } = report;
  const verb = /\b(?:RDMA_)?(Send|Write|Read|Atomic)/.exec(test ?? "")?.[1]?.toLowerCase();
  return withoutUndefined({
    test,
    verb,
    setup: withoutUndefined({
      device: pick(info, "Device"),
      connection: pick(info, "Connection type", "Connection_type"),
      linkType: pick(info, "Link type", "Link_type"),
      mtuBytes: whole(pick(info, "Mtu")),
      qpCount: whole(pick(info, "Number of qps", "Number_of_qps")),
      cqModeration: whole(pick(info, "CQ Moderation", "CQ_Moderation")),
      gidIndex: whole(pick(info, "GID index", "GID_index")),
      events: "Test with events" in info || undefined,
    }),
    complete: report.complete,
    warnings: [...report.warnings],
  });
}
