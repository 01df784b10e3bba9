import { defineParser, parseFailure } from "@hoststack/tools";
import { z } from "zod";

const result = z.array(
  z.strictObject({
    device: z.string(),
    /** 10^6 bits per second; null where it printed `NA`. */
    mbitPerS: z.number().min(0).nullable(),
  }),
);

/** Throughput of each NIC. */
export type NicThroughput = z.infer<typeof result>;

const line = /^\[(\S+)\] Throughput \(Mb\/s\): (NA|\d+(?:\.\d+)?)$/;

/** Lines in the form of multi_neper.py, `[eth1] Throughput (Mb/s): 193551.94`. */
export const nicThroughputLines = (rates: NicThroughput): string[] =>
  rates.map(
    ({ device, mbitPerS }) => `[${device}] Throughput (Mb/s): ${mbitPerS?.toFixed(2) ?? "NA"}`,
  );

/**
 * What multi_neper.py prints. Where one of its programs printed nothing it gives the figures of the others to the
 * first NICs, so a text does not tell whose they are unless it has a line for each NIC that was asked for.
 */
export const multiNeperParser = defineParser<NicThroughput>({
  name: "multi-neper",
  version: 1,
  schema: result,
  reader: () => {
    const rates: NicThroughput = [];
    const words: string[] = [];
    return {
      line(text) {
        const [, device, value] = line.exec(text.trimEnd()) ?? [];
        if (device === undefined) words.push(text.trim());
        else rates.push({ device, mbitPerS: value === "NA" ? null : Number(value) });
      },
      end() {
        const said = words.filter((text) => text !== "").slice(-2);
        if (rates.length === 0) throw parseFailure("multi-neper", "it holds no throughput", said);
        return rates;
      },
    };
  },
});
