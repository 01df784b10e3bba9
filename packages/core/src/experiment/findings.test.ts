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

test("every server has to have received on its data link, and every client to have sent", () => {
  const ends = (role: string) => [1, 2].map((index) => ({ host: `${role}-${index}`, nic: "lab0" }));
  const about = { clients: ends("client"), servers: ends("server") };
  const grew = (host: string, counter: string) => ({
    ...{ host, name: `nic.lab0.${counter}`, delta: 1 },
  });
  const received = [grew("server-1", "rxBytes"), grew("server-2", "rxBytes")];
  const sent = [grew("client-1", "txBytes"), grew("client-2", "txBytes")];
  expect(flowFindings(about, [...received, ...sent])).toEqual([]);
  const [server, client, ...others] = flowFindings(about, [
    ...received.slice(0, 1),
    ...sent.slice(1),
    grew("server-2", "txBytes"),
    grew("client-1", "rxBytes"),
  ]);
  expect(server).toMatchObject({ state: "invalid", rule: "flow.missing" });
  expect(server?.text).toMatch(/^lab0 of server-2 received nothing/);
  expect(client?.text).toMatch(/^lab0 of client-1 sent nothing/);
  expect(others).toEqual([]);
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
