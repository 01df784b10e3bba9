import { z } from "zod";
import { defineParser } from "../kernel/parser.js";
import { withoutUndefined } from "../kernel/text.js";
import { SockperfLines } from "./lines.js";

const name = "sockperf-server";

const result = z.strictObject({
  /** Version the tool names. @default absent */
  version: z.string().optional(),
  /** Messages received and handled from all clients; warm-up messages are not counted. */
  messagesReceived: z.int().min(0),
  /** Complaints the tool printed although it reached a result. */
  warnings: z.array(z.string()),
});

/** What `sockperf server` reports when it is interrupted. */
export type SockperfServer = z.infer<typeof result>;

/** stdout of `sockperf server` after SIGINT (server.cpp); a killed server prints no total. */
export const sockperfServerParser = defineParser<SockperfServer>({
  name,
  version: 1,
  schema: result,
  reader: () => {
    const lines = new SockperfLines(name);
    let messagesReceived: number | undefined;
    return {
      line(text) {
        const line = lines.take(text);
        const total = /Total (\S+) messages received and handled/.exec(line);
        if (total !== null) {
          lines.once("total");
          messagesReceived = lines.count(total[1]);
        }
        if (/No messages were received on the server/.test(line)) messagesReceived = 0;
      },
      end() {
        if (messagesReceived === undefined) {
          throw lines.failure("no total; the server prints it when it ends by SIGINT");
        }
        return withoutUndefined({
          version: lines.version,
          messagesReceived,
          warnings: lines.words,
        });
      },
    };
  },
});
