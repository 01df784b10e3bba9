import { expect, test } from "vitest";
import { clockFindings, flowFindings } from "./findings.js";

const clock = (rateError: number, rateErrorBound: number) => ({
  host: "client",
  offsetS: 0,
  offsetErrorS: 0,
  rateError,
  rateErrorBound,
});

test("a clock is condemned only when it is off by more than 1 % beyond doubt", () => {
  expect(clockFindings([clock(0.009, 0)])).toEqual([]);
  expect(clockFindings([clock(0.013, 0.004)])).toEqual([]);
  expect(clockFindings([clock(-0.05, 0.004)])).toHaveLength(1);
});

const link = {
  name: "lab",
  mtuBytes: 1500,
  ends: [
    { host: "client", nic: "lab0", addresses: ["10.77.0.1"] },
    { host: "server", nic: "lab0", addresses: ["10.77.0.2"] },
  ],
} as const;

test("traffic that went another way is found on the end that saw none", () => {
  const received = (host: string) => ({ host, name: "nic.lab0.rxBytes", delta: 1 });
  expect(flowFindings(link, [received("client"), received("server")])).toEqual([]);
  const [finding] = flowFindings(link, [received("client")]);
  expect(finding).toMatchObject({ state: "invalid", rule: "flow.missing" });
  expect(finding?.text).toContain("server");
});
