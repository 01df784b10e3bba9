import { describe, expect, test } from "vitest";
import { contextOf } from "../../test/support/host.js";
import { clientLogParser } from "../outputs/client-log.js";
import { serverLogParser } from "../outputs/server-log.js";
import { type FlowOptions, incastProcesses } from "./flow-processes.js";
import { fairnessOf, incastFindings, incastResult, incastSamples } from "./incast-result.js";

const options: FlowOptions = {
  ...{ protocol: "dcpim", flows: 3, durationS: 5, matchingCpu: 3, profile: "none" },
};
const client = clientLogParser.parse("call dcpimping\n");

/** What a server prints of some connections: bytes of each in each second. */
function serverLog(ports: readonly number[], seconds: readonly (readonly number[])[]): string {
  const figures = (bytes: readonly number[], first = "") => {
    const sum = bytes.reduce((all, one) => all + one, 0);
    const line = `${first}Throughput: ${((sum * 8) / 1e9).toFixed(2)} Gbps, bytes: ${sum}.000000, time: 1.000000`;
    return [line, ...bytes.map((one, flow) => `flow from port ${ports[flow]}: ${one} bytes`)];
  };
  return [
    ...figures([]),
    ...ports.flatMap(() => ["Thread is running on CPU 0", "port number 12000", "start connection"]),
    ...seconds.flatMap((bytes) => figures(bytes)),
    ...figures(
      ports.map(() => 1),
      "done!",
    ),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

const ports = [12_001, 12_000];
const resultOf = (seconds: readonly (readonly number[])[], clients = 2) =>
  incastResult(
    serverLogParser.parse(serverLog(ports, seconds)),
    Array.from({ length: clients }, () => client),
  );
/** The second in which connections are made, then four whole ones. */
const even = [[9, 9], ...Array.from({ length: 4 }, () => [3e6, 1e6])];

describe("processes of an incast", () => {
  test("are clients to one port and one CPU: upstream's have a listener for the first alone", () => {
    const [server, ...clients] = incastProcesses(contextOf(options));
    expect(server?.argv.join(" ")).toBe("taskset -c 0 /b/server --port 12000");
    expect(clients.map(({ argv }) => argv.slice(3).join(" "))).toEqual([
      "taskset -c 0 /b/dcpim_test 10.77.0.2:12000 --sp 12000 --count 1 dcpimping",
      "taskset -c 1 /b/dcpim_test 10.77.0.2:12000 --sp 12001 --count 1 dcpimping",
      "taskset -c 2 /b/dcpim_test 10.77.0.2:12000 --sp 12002 --count 1 dcpimping",
    ]);
    expect(clients.every(({ after }) => after?.join() === "server-0")).toBe(true);
  });

  test("have the ports that rules steer, where a profile is asked for", () => {
    const [server] = incastProcesses(contextOf({ ...options, profile: "long" }));
    expect(server?.argv.slice(-2)).toEqual(["--port", "10000"]);
  });
});

describe("an incast", () => {
  test("has a figure for each flow, over the seconds in which all were there", () => {
    const result = resultOf(even);
    expect(result.flows).toEqual([
      { port: 12_000, throughputGbps: 0.008 },
      { port: 12_001, throughputGbps: 0.024 },
    ]);
    expect(result.throughputGbps).toBeCloseTo(0.032, 9);
    expect(result.fairness).toBeCloseTo(16 / 20, 9);
    expect(incastFindings(result, 5)).toEqual([]);
    expect(incastSamples(result).map(({ metric, unit }) => `${metric} ${unit}`)).toEqual([
      "goodput bit/s",
      "goodput.slowestFlow bit/s",
      "fairness ratio",
    ]);
  });

  test("of which one flow carried nothing has no sum, by name", () => {
    const result = resultOf(even.map(([first = 0]) => [first, 0]));
    expect(incastSamples(result)).toEqual([]);
    expect(incastFindings(result, 5)).toEqual([
      {
        ...{ state: "invalid", rule: "flow.empty" },
        text: "the flow from port 12000 carried nothing while all were there",
      },
    ]);
  });

  test("of which one client was never connected has none either", () => {
    const result = resultOf(even, 3);
    expect(incastSamples(result)).toEqual([]);
    expect(incastFindings(result, 5)).toMatchObject([
      { rule: "flow.missing", text: "2 connections were made of 3 clients" },
    ]);
  });

  test("is short where its flows were together for a moment, and stalled where all were silent", () => {
    expect(incastFindings(resultOf(even.slice(0, 2)), 5)).toMatchObject([{ rule: "flow.short" }]);
    const silent = even.map((bytes, second) => (second === 2 ? [0, 0] : bytes));
    expect(incastFindings(resultOf(silent), 5)).toMatchObject([
      { state: "suspect", rule: "flow.stalled" },
    ]);
  });
});

test("fairness is 1 where all are equal and 1/n where one has all", () => {
  expect(fairnessOf([2, 2, 2])).toBeCloseTo(1, 12);
  expect(fairnessOf([5, 0, 0, 0])).toBeCloseTo(0.25, 12);
});
