import { describe, expect, test } from "vitest";
import { roundTripsParser } from "../outputs/round-trips.js";
import { messageRate, toldFlowFindings } from "./message-findings.js";
import { roundTripSamples } from "./ping-pong.js";

const asked = { clients: 2, durationS: 4 };
const told = (messages: number, seconds = 4) => ({ messages, seconds });

describe("connections of a ping-pong", () => {
  test("that all went round have nothing against them, and one rate", () => {
    const flows = [told(401), told(201)];
    expect(toldFlowFindings(flows, asked)).toEqual([]);
    expect(messageRate(flows)).toBe(150);
  });

  test("of which one never got an answer are invalid, by name: connecting alone always succeeds", () => {
    expect(toldFlowFindings([told(401), told(1)], asked)).toEqual([
      { state: "invalid", rule: "flow.empty", text: "flow 1 carried 1 messages" },
    ]);
    expect(messageRate([told(401), told(1)])).toBeUndefined();
    expect(toldFlowFindings([told(401)], asked)).toMatchObject([{ rule: "flow.missing" }]);
    expect(messageRate([])).toBeUndefined();
  });

  test("whose time is not the one that was asked for are invalid: a guest's clock may run 5 times too fast", () => {
    expect(toldFlowFindings([told(401), told(401, 19.2)], asked)).toEqual([
      {
        ...{ state: "invalid", rule: "flow.long" },
        text: "flow 1 was there for 19.2 s of 4 (thresholds 2 s and 8 s)",
      },
    ]);
  });
});

test("round trips are in seconds, also those printed with an exponent", () => {
  const trips = roundTripsParser.parse(
    "finish time: 1.42959e-05\nfinish time: 2e-05\nfinish time: 0.00123\nfinish time: 1\n",
  );
  const samples = roundTripSamples(trips, 150);
  expect(samples.map(({ metric, unit }) => `${metric} ${unit}`)).toEqual([
    ...["p50", "mean", "p99", "p99.9", "max"].map((name) => `roundTripLatency.${name} s`),
    "messageRate count/s",
  ]);
  expect(samples[0]?.value).toBe(2e-5);
});
