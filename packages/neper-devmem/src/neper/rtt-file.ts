import { defineParser, parseFailure, readNumber } from "@hoststack/tools";
import { z } from "zod";

const row = z.strictObject({
  /** Seconds from the begin of the test; the first may lie a little before it. */
  atS: z.number(),
  thread: z.int(),
  flow: z.int(),
  seconds: z.number().min(0),
});

/** A round trip. */
export type NeperRoundTrip = z.infer<typeof row>;

const name = "neper-rtt";
const head = ["timestamp", "thread_id", "flow_id", "rtt"];

/** Log of `--log-rtt`, as CSV or in columns. Throws PARSE_FAILED for a row that was cut. */
export const neperRttParser = defineParser<NeperRoundTrip[]>({
  name,
  version: 1,
  schema: z.array(row),
  reader: () => {
    const rows: NeperRoundTrip[] = [];
    let named = false;
    return {
      line(text) {
        const cells = text.trim().split(/\s*,\s*|\s+/);
        if (text.trim() === "") return;
        if (!named && cells.join() !== head.join()) {
          throw parseFailure(name, "its columns are not those of round trips");
        }
        if (!named) {
          named = true;
          return;
        }
        if (cells.length !== head.length) throw parseFailure(name, `"${text}" was cut`);
        const [atS = 0, thread = 0, flow = 0, seconds = 0] = cells.map((one) =>
          readNumber(name, one),
        );
        rows.push({ atS, thread, flow, seconds });
      },
      end: () => {
        if (!named) throw parseFailure(name, "there is not one line");
        return rows;
      },
    };
  },
});
