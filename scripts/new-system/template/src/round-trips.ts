import { defineParser, parseFailure, readNumber, toSi } from "@hoststack/tools";
import { z } from "zod";

const name = "round-trips";

const result = z.strictObject({
  sent: z.int().min(1),
  received: z.int().min(0),
  /** Absent when nothing came back. */
  meanS: z.number().positive().optional(),
});

/** What one run of the program reports, in SI units. */
export type RoundTrips = z.infer<typeof result>;

const counts = /^(\d+) packets transmitted, (\d+) received/;
const times = /^rtt min\/avg\/max\/mdev = [^/]+\/([^/]+)\//;

/**
 * Totals the program prints at its end. It only reads: what the figures are worth is the experiment's to judge. Throws
 * PARSE_FAILED with the program's last words when it ended before its totals.
 */
export const roundTripsParser = defineParser<RoundTrips>({
  name,
  version: 1,
  schema: result,
  reader: () => {
    let totals: { readonly sent: number; readonly received: number } | undefined;
    let meanS: number | undefined;
    let last = "";
    return {
      line(text) {
        if (text.trim() !== "") last = text.trim();
        const [, sent, received] = counts.exec(text) ?? [];
        if (sent !== undefined) totals = { sent: Number(sent), received: Number(received) };
        const [, mean] = times.exec(text) ?? [];
        if (mean !== undefined) meanS = toSi(readNumber(name, mean), "ping ms");
      },
      end() {
        if (totals === undefined) throw parseFailure(name, "it ended without totals", [last]);
        return { ...totals, ...(meanS === undefined ? {} : { meanS }) };
      },
    };
  },
});
