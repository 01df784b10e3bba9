import { defineParser } from "@hoststack/tools";
import { z } from "zod";
import { parseFailure } from "./failure.js";

const result = z.strictObject({
  /** What the client was asked to do. */
  operation: z.enum(["dcpimping", "dcpimmsg", "tcpping"]),
  /** Lines that say what went wrong; the program ends with 0 all the same. */
  failures: z.array(z.string()),
});

/** What `dcpim_test` printed: nothing of what it sent. */
export type ClientLog = z.infer<typeof result>;

const failure = /^(Couldn't |result:-|setsockopt|Unknown op)/;

/** Reads the stdout of `dcpim_test`, which tells failures in words and not by its exit code. */
export const clientLogParser = defineParser<ClientLog>({
  name: "dcpim-client-log",
  version: 1,
  schema: result,
  reader: () => {
    let operation: string | undefined;
    const failures: string[] = [];
    return {
      line(text) {
        operation = /^call (dcpimping|dcpimmsg|tcpping)$/.exec(text)?.[1] ?? operation;
        if (failure.test(text)) failures.push(text.trim());
      },
      end() {
        if (operation === undefined && failures.length === 0) {
          throw parseFailure("dcpim-client-log", "it does not say what it was asked to do");
        }
        // an error before the operation leaves nothing else to tell
        return { operation: operation ?? "dcpimping", failures };
      },
    };
  },
});
