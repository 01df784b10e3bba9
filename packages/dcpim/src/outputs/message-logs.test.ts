import { describe, expect, test } from "vitest";
import { fixture } from "../../test/support/fixture.js";
import { messageClientParser, messageServerParser } from "./message-logs.js";

describe("output of the client for messages", () => {
  test("has what each connection sent, and clocks before and after", () => {
    expect(messageClientParser.parse(fixture("message-client-tcp.txt"))).toEqual({
      sent: [
        { flow: 0, messages: 301, seconds: 3.000253239 },
        { flow: 1, messages: 301, seconds: 3.000174263 },
      ],
      clockBefore: { aheadUs: 0.036, errorUs: 3.211 },
      clockAfter: { aheadUs: 0.03, errorUs: 3.254 },
      complaints: [],
    });
  });

  test("of round trips compares no clocks; connections tell in any order", () => {
    const text =
      "flow size:64\none side: 0\nsending\nsent: flow 1 port 11 7 messages in 3.000000000 s\nfinish time: 1.42959e-05\nsent: flow 0 port 10 9 messages in 3.000000000 s\n";
    const { sent, ...rest } = messageClientParser.parse(text);
    expect(sent.map(({ flow, messages }) => [flow, messages])).toEqual([
      [0, 9],
      [1, 7],
    ]);
    expect(rest).toEqual({ complaints: [] });
  });

  test("a clock that is behind, and a line that is cut, are read as what they are", () => {
    const text =
      "one side: 1\r\nclock begin: server ahead by -412345678 ns, error 250000 ns\r\nsent: flow 0 port 10 301 messages in 3.0002";
    expect(messageClientParser.parse(text)).toEqual({
      ...{ sent: [], clockBefore: { aheadUs: -412_345.678, errorUs: 250 }, complaints: [] },
    });
  });

  test("tells why it ended; an output that is not its own is refused", () => {
    const text = "one side: 1\nCouldn't send a message: No buffer space available\n";
    expect(messageClientParser.parse(text).complaints).toEqual([
      "Couldn't send a message: No buffer space available",
    ]);
    expect(() => messageClientParser.parse("Throughput: 0.00 Gbps\n")).toThrow(
      /there is no line of the client's/,
    );
  });
});

describe("output of the server for messages", () => {
  test("has what came of each connection and the latency of all", () => {
    expect(messageServerParser.parse(fixture("message-server-tcp.txt"))).toEqual({
      received: [
        { port: 23_410, messages: 301, seconds: 3.002579138 },
        { port: 23_411, messages: 301, seconds: 3.002377506 },
      ],
      oneWay: {
        ...{ meanUs: 124.997, medianUs: 51, p99Us: 2629, p999Us: 8781 },
        ...{ negative: 0, saturated: 0 },
      },
      complaints: [],
    });
    const each = messageServerParser.parse(fixture("message-server-tcp-connections.txt"));
    expect(each.received.map(({ port, messages }) => [port, messages])).toEqual([
      [23_400, 402],
      [23_401, 402],
    ]);
  });

  test("of no message has no latency, also where the program divides by zero", () => {
    const text =
      "listening\none-way: mean -nan us, median 0 us, p99 0 us, p99.9 0 us, 0 before they were sent, 0 past the last bin\n";
    expect(messageServerParser.parse(text)).toEqual({ received: [], complaints: [] });
  });

  test("counts what its histogram hides; six digits may have an exponent", () => {
    const text =
      "listening\none-way: mean 1.5e-05 us, median 0 us, p99 99999 us, p99.9 99999 us, 12 before they were sent, 345 past the last bin\n";
    expect(messageServerParser.parse(text).oneWay).toMatchObject({
      ...{ meanUs: 0.000015, negative: 12, saturated: 345 },
    });
  });

  test("without the module says so", () => {
    const text = "Couldn't open server socket: Protocol not supported\n";
    expect(messageServerParser.parse(text).complaints).toEqual([text.trim()]);
    expect(() => messageServerParser.parse("1\nnum_ports:1\n")).toThrow(/no line of the server's/);
  });
});
