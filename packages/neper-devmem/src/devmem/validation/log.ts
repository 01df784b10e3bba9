import { defineParser } from "@hoststack/tools";
import { z } from "zod";

const schema = z.strictObject({
  mismatches: z.int().min(0),
  first: z
    .strictObject({
      thread: z.int().min(0),
      /** Place in the buffer. */
      byte: z.int().min(0),
      expected: z.int(),
      actual: z.int(),
    })
    .optional(),
});

/** What tcpd's log says of payload. */
export type ValidationLog = z.output<typeof schema>;

/** One line a buffer: the first byte that is wrong in it. tcpd never says that payload was right. */
const mismatch = /\bThread (\d+) - incorrect byte (\d+), expected (-?\d+), got (-?\d+)/;

/** Standard error under `--logtostderr`, or the log file. Lines of other things are left out. */
export const validationLogParser = defineParser<ValidationLog>({
  name: "tcpd-validation",
  version: 1,
  schema,
  reader: () => {
    let mismatches = 0;
    let first: ValidationLog["first"];
    return {
      line(text) {
        const [, thread, byte, expected, actual] = mismatch.exec(text) ?? [];
        if (thread === undefined) return;
        mismatches += 1;
        first ??= {
          ...{ thread: Number(thread), byte: Number(byte) },
          ...{ expected: Number(expected), actual: Number(actual) },
        };
      },
      end: () => ({ mismatches, ...(first === undefined ? {} : { first }) }),
    };
  },
});
