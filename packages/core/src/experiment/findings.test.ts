import { expect, test } from "vitest";
import { clockFindings, flowFindings, silenceFindings } from "./findings.js";

const clock = (rateError: number, rateErrorBound: number) => ({
  host: "client",
  offsetS: 0,
  offsetErrorS: 0,
  rateError,
  rateErrorBound,
});

const judged = (rateError: number, rateErrorBound: number) =>
  clockFindings(["client"], [clock(rateError, rateErrorBound)]).map(({ state, rule }) => [
    state,
    rule,
  ]);

test("a clock is good only when it is sure to be within 1 %", () => {
  expect(judged(0.004, 0.005)).toEqual([]);
  expect(judged(-0.05, 0.004)).toEqual([["invalid", "clock.rate"]]);
  expect(judged(0.013, 0.004)).toEqual([["suspect", "clock.unclear"]]);
  expect(judged(0, 0.4)).toEqual([["suspect", "clock.unclear"]]);
});

test("a host without a clock reading is told", () => {
  const [finding, ...others] = clockFindings(["client", "server"], [clock(0, 0)]);
  expect(finding).toMatchObject({ state: "suspect", rule: "clock.unclear" });
  expect(finding?.text).toContain("server");
  expect(others).toEqual([]);
});

test("a server that received nothing on its data link had no flow; a silent client may", () => {
  const server = { host: "server", nic: "lab0" };
  const received = (host: string) => ({ host, name: "nic.lab0.rxBytes", delta: 1 });
  expect(flowFindings(server, [received("server")])).toEqual([]);
  const [finding] = flowFindings(server, [received("client")]);
  expect(finding).toMatchObject({ state: "invalid", rule: "flow.missing" });
  expect(finding?.text).toContain("server");
});

test("a silent link is named with its NICs, the time, and what is down", () => {
  const end = (host: string) => ({ host, nic: "lab1", addresses: ["10.77.1.1"] as const });
  const [client, server] = [end("client"), end("server")];
  const link = { name: "second", mtuBytes: 1500, ends: [client, server] as const };
  const silence = { ends: { client, server, link }, fromMs: 12_000, toMs: 17_500 };
  const told = (state: string) =>
    silenceFindings([silence], { startMs: 10_000, states: new Map([["lab1 of server", state]]) });
  expect(told("down")).toEqual([
    {
      state: "invalid",
      rule: "link.silent",
      text: "second (lab1 of server, lab1 of client) carried nothing from 2.0 s to 7.5 s of the trial; lab1 of server is down",
    },
  ]);
  expect(told("up")[0]?.text).toMatch(/of the trial; its interfaces are up$/);
});
