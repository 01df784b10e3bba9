import { describe, expect, test } from "vitest";
import { fixture } from "../../test/support/fixture.js";
import {
  type MessageClientLog,
  type MessageServerLog,
  messageClientParser,
  messageServerParser,
  type OneWayLatency,
} from "../outputs/message-logs.js";
import {
  clockErrorUs,
  type ShortMessageOptions,
  shortMessageFindings,
  shortMessageSamples,
  shortMessages,
} from "./short-message-result.js";

const options: ShortMessageOptions = {
  ...{ protocol: "tcp", connections: "one", clients: 2, messageBytes: 64, durationS: 3 },
  ...{ clock: "corrected", clockBoundUs: 1000 },
};
const client = messageClientParser.parse(fixture("message-client-tcp.txt"));
const server = messageServerParser.parse(fixture("message-server-tcp.txt"));

interface Change {
  readonly client?: Partial<MessageClientLog>;
  readonly server?: Partial<MessageServerLog>;
  readonly latency?: Partial<OneWayLatency>;
  readonly options?: Partial<ShortMessageOptions>;
}

/** What is found of a good run once something of it is otherwise. */
function findings(change: Change = {}) {
  const chosen = { ...options, ...change.options };
  const { oneWay } = server;
  const latency = oneWay && { oneWay: { ...oneWay, ...change.latency } };
  const result = shortMessages(
    {
      client: { ...client, ...change.client },
      server: { ...server, ...latency, ...change.server },
    },
    chosen,
  );
  return shortMessageFindings(result, chosen);
}
const rules = (change: Change) => findings(change).map(({ state, rule }) => `${state} ${rule}`);

test("a good run has nothing against it, and its figures in base units", () => {
  expect(findings()).toEqual([]);
  const samples = shortMessageSamples(shortMessages({ client, server }, options));
  const values = Object.fromEntries(samples.map(({ metric, value }) => [metric, value]));
  expect(values["oneWayLatency.p50"]).toBeCloseTo(51e-6, 12);
  expect(values["oneWayLatency.p99.9"]).toBeCloseTo(8781e-6, 12);
  // 300 messages after the first, of each of two clients
  expect(values["messageRate"]).toBeCloseTo(300 / 3.002579138 + 300 / 3.002377506, 6);
  expect(values["goodput"]).toBeCloseTo((values["messageRate"] ?? 0) * 64 * 8, 6);
});

describe("latencies that are none", () => {
  test("a message that came before it was sent, which upstream counts as 0 us, is told", () => {
    expect(rules({ latency: { negative: 1 } })).toEqual(["invalid latency.negative"]);
    // also where so many did that percentiles are 0: once, not twice
    const many = { negative: 600, meanUs: 0, medianUs: 0, p99Us: 0, p999Us: 0 };
    expect(rules({ latency: many })).toContain("invalid latency.negative");
    expect(
      findings({ latency: many }).filter(({ rule }) => rule === "latency.negative"),
    ).toHaveLength(1);
  });

  test("a p99 in the last bin is saturated; a single late message makes the mean too low", () => {
    const late = { p99Us: 99_999, p999Us: 99_999, saturated: 20 };
    expect(rules({ latency: late })).toContain("invalid latency.saturated");
    expect(findings({ latency: { saturated: 1 } })).toEqual([
      {
        ...{ state: "suspect", rule: "latency.clipped" },
        text: "1 messages took 100 ms or longer and count as 99 999 us: the mean is too low",
      },
    ]);
  });

  test("nothing that arrived has none", () => {
    const { oneWay: _, ...silent } = server;
    const result = shortMessages({ client, server: { ...silent, received: [] } }, options);
    const found = shortMessageFindings(result, options).map(({ rule }) => rule);
    expect(found).toEqual(expect.arrayContaining(["latency.none", "flow.missing"]));
    expect(shortMessageSamples(result).map(({ metric }) => metric)).toEqual(["clockError"]);
  });
});

describe("clocks of both hosts", () => {
  const comparison = (aheadUs: number, errorUs: number) => ({ aheadUs, errorUs });
  const between = (before: readonly [number, number], after: readonly [number, number]) => ({
    clockBefore: comparison(...before),
    clockAfter: comparison(...after),
  });

  test("are wrong by the error of the comparison and what they moved meanwhile", () => {
    const log = { ...client, ...between([400_000, 5], [400_030, 8]) };
    expect(clockErrorUs({ client: log }, "corrected")).toBe(38);
    // where they are left as they are the difference itself is the error
    expect(clockErrorUs({ client: log }, "own")).toBe(400_038);
  });

  test("past the bound make the latency none, by name", () => {
    expect(rules({ client: between([0, 5], [2000, 5]) })).toEqual(["invalid clock.offset"]);
    const apart = { client: between([-400, 2], [-400, 2]) };
    expect(findings({ ...apart, latency: { medianUs: 5000 } })).toEqual([]);
    expect(findings({ ...apart, options: { clock: "own", clockBoundUs: 50 } })).toEqual([
      {
        ...{ state: "invalid", rule: "clock.offset" },
        text: "the hosts' times differ by up to 402.0 us, the bound is 50 us",
      },
    ]);
  });

  test("within the bound are no use for a latency that is not much more than their error", () => {
    const text = findings({ client: between([0, 30], [0, 30]) })[0]?.text;
    expect(text).toBe(
      "the hosts' times are known to 30.0 us, which is more than 0.5 of the median latency, 51 us",
    );
  });

  test("that were compared once only are not known", () => {
    const { clockAfter: _, ...once } = client;
    const found = shortMessageFindings(shortMessages({ client: once, server }, options), options);
    expect(found).toMatchObject([{ state: "invalid", rule: "clock.offset" }]);
  });
});

describe("connections", () => {
  test("of which one carried nothing give no sum: upstream's total hides it", () => {
    const [first] = server.received;
    const received = first === undefined ? [] : [first];
    expect(rules({ server: { received } })).toEqual([
      "invalid flow.missing",
      "invalid message.lost",
    ]);
    const dead = [...received, { port: 23_411, messages: 0, seconds: 0 }];
    expect(rules({ server: { received: dead } })).toContain("invalid flow.empty");
    const result = shortMessages({ client, server: { ...server, received: dead } }, options);
    expect(shortMessageSamples(result).map(({ metric }) => metric)).not.toContain("messageRate");
  });

  test("that ended early are short; time that runs too fast is no time", () => {
    const lasting = (seconds: number) => ({
      server: { received: server.received.map((one) => ({ ...one, seconds })) },
    });
    expect(rules(lasting(1))).toEqual(["invalid flow.short", "invalid flow.short"]);
    expect(rules(lasting(14))).toEqual(["invalid flow.long", "invalid flow.long"]);
  });

  test("lose what dcPIM still held when they were closed, and no more", () => {
    const sending = (messages: number) => ({
      client: { sent: client.sent.map((one) => ({ ...one, messages })) },
    });
    const dcpim = { options: { protocol: "dcpim" } } as const;
    expect(rules({ ...sending(501), ...dcpim })).toEqual([]);
    expect(rules({ ...sending(502), ...dcpim })).toEqual([
      ...["invalid message.lost", "invalid message.lost"],
    ]);
    expect(rules(sending(302))).toContain("invalid message.lost");
  });

  test("that could not send say so", () => {
    const complaints = ["Couldn't send a message: No buffer space available"];
    expect(findings({ client: { complaints } })).toEqual([
      {
        ...{ state: "invalid", rule: "program.complained" },
        text: "client: Couldn't send a message: No buffer space available",
      },
    ]);
  });
});
