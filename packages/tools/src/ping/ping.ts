import { z } from "zod";
import { addressField, countField, nameField } from "../kernel/option-fields.js";
import { checkOptions, flag } from "../kernel/options.js";
import { defineParser } from "../kernel/parser.js";
import type { MeasuringWindow } from "../kernel/readiness.js";
import type { MetricSample } from "../kernel/sample.js";
import { parseFailure, readNumber } from "../kernel/text.js";
import { toSi } from "../kernel/units.js";

const name = "ping";

const options = z.strictObject({
  /** Whom to ask. */
  address: addressField,
  /** Interface the requests leave by. @default by route */
  nic: nameField.optional(),
  /** Requests. */
  count: countField,
  /** Between requests; less than 0.2 needs root. @default 1 */
  intervalS: z.number().min(0.002).optional(),
});

/** Options of `ping`. */
export type PingOptions = z.input<typeof options>;

/** Command line of a ping that ends after its last request (iputils ping(8)). */
export function pingArgv(given: PingOptions): string[] {
  const { address, nic, count, intervalS } = checkOptions(options, given, name);
  return [
    ...["ping", "-n"],
    ...flag("-I", nic),
    ...flag("-c", count),
    ...flag("-i", intervalS),
    address,
  ];
}

/** From the line that opens its output to its totals. */
export const pingWindow: MeasuringWindow = {
  opens: { line: /^PING /, delayMs: 0 },
  closes: { line: /packets transmitted/, delayMs: 0 },
  source: "iputils ping: its first line, printed before the first request, and its totals",
};

const result = z.strictObject({
  sent: z.int().min(1),
  received: z.int().min(0),
  /** Round trips; absent when no reply came. */
  roundTripMs: z
    .strictObject({ min: z.number(), mean: z.number(), max: z.number(), stdDev: z.number() })
    .optional(),
});

/** What a ping counted and measured. */
export type Ping = z.infer<typeof result>;

/** stdout of iputils `ping`, in the C locale. */
export const pingParser = defineParser<Ping>({
  name,
  version: 1,
  schema: result,
  reader: () => {
    let counts: readonly [string, string] | undefined;
    let times: readonly number[] | undefined;
    const words: string[] = [];
    return {
      line(text) {
        if (/^ping: |Destination .*Unreachable/.test(text) && words.length < 5) words.push(text);
        const totals = /^(\d+) packets transmitted, (\d+) received,/.exec(text);
        if (totals !== null) {
          if (counts !== undefined) throw parseFailure(name, "the text holds more than one run");
          counts = [totals[1] ?? "", totals[2] ?? ""];
        }
        const trips = /^rtt min\/avg\/max\/mdev = (\S+) ms/.exec(text)?.[1]?.split("/");
        if (trips !== undefined) times = trips.map((token) => readNumber(name, token));
      },
      end() {
        if (counts === undefined) throw parseFailure(name, "no totals", words);
        const [sent, received] = counts.map(Number);
        if (received !== 0 && times?.length !== 4) {
          throw parseFailure(name, "no round trips although replies came; the text is cut", words);
        }
        const [min, mean, max, stdDev] = times ?? [];
        return {
          ...{ sent, received },
          ...(times === undefined ? {} : { roundTripMs: { min, mean, max, stdDev } }),
        };
      },
    };
  },
});

/** Round trips as samples; none when no reply came. */
export function pingSamples({ roundTripMs }: Ping): MetricSample[] {
  return Object.entries(roundTripMs ?? {}).map(([which, ms]) => ({
    metric: `roundTrip.${which}`,
    value: toSi(ms, "ping ms"),
    unit: "s",
    asReported: { value: ms.toFixed(3), unit: "ms" },
    definition: "from an ICMP echo request to its reply",
    better: "lower",
  }));
}
