import { describe, expect, test } from "vitest";
import { fixture } from "../../test/support/fixture.js";
import { contextOf, hostView } from "../../test/support/host.js";
import { clientLogParser } from "../outputs/client-log.js";
import { serverLogParser } from "../outputs/server-log.js";
import { type FlowOptions, flowProcesses } from "./flow-processes.js";
import { flowFigure, flowFindings, flowSamples } from "./long-flow-result.js";

const options: FlowOptions = {
  ...{ protocol: "dcpim", flows: 2, durationS: 15 },
  ...{ matchingCpu: 1, profile: "none" },
};
const context = (change: Partial<FlowOptions> = {}, cpus = 4) =>
  contextOf({ ...options, ...change }, cpus);

describe("processes of long flows", () => {
  test("are a server and a client for each, with a port at both ends and a CPU beside the matching one", () => {
    const specs = flowProcesses(context());
    expect(specs.map(({ argv }) => argv.join(" "))).toEqual([
      "taskset -c 0 /b/server --port 12000",
      "env DCPIM_SECONDS=15 DCPIM_SOURCE=10.77.0.1 taskset -c 0 /b/dcpim_test 10.77.0.2:12000 --sp 12000 --count 1 dcpimping",
      "taskset -c 2 /b/server --port 12001",
      "env DCPIM_SECONDS=15 DCPIM_SOURCE=10.77.0.1 taskset -c 2 /b/dcpim_test 10.77.0.2:12001 --sp 12001 --count 1 dcpimping",
    ]);
  });

  test("start clients once all servers are up", () => {
    const clients = flowProcesses(context()).filter(({ id }) => id.startsWith("client"));
    expect(clients.map(({ after }) => after)).toEqual([
      ["server-0", "server-1"],
      ["server-0", "server-1"],
    ]);
  });

  test("are the same over TCP but for the client's word", () => {
    const words = (protocol: "dcpim" | "tcp") =>
      flowProcesses(context({ protocol })).map(({ argv }) => argv.slice(0, -1));
    expect(words("tcp")).toEqual(words("dcpim"));
    expect(flowProcesses(context({ protocol: "tcp" }))[1]?.argv.at(-1)).toBe("tcpping");
  });

  test("share the CPU where there is only one beside the matching one, or none", () => {
    const cpus = (count: number) =>
      flowProcesses(context({}, count)).map(({ argv }) => argv[argv.indexOf("-c") + 1]);
    expect(new Set(cpus(2))).toEqual(new Set(["0"]));
    expect(new Set(cpus(1))).toEqual(new Set(["0"]));
  });

  test("need what was built", () => {
    const server = hostView({ host: "server", cpus: 2, programs: {} });
    expect(() => flowProcesses({ ...context(), server })).toThrow(/server has no server of dcPIM/);
  });
});

const sent = clientLogParser.parse("call dcpimping\n");
const logsOf = (name: string, flow = 0, client = sent) => ({
  flow,
  server: serverLogParser.parse(fixture(name)),
  client,
});
const rulesOf = (name: string, durationS: number, client = sent) => {
  const logs = logsOf(name, 0, client);
  return flowFindings(logs, flowFigure(logs), durationS).map(
    ({ rule, state }) => `${state} ${rule}`,
  );
};

describe("a flow", () => {
  test("that ran has nothing against it", () => {
    expect(rulesOf("server-guest-times.txt", 15)).toEqual([]);
    expect(rulesOf("server-stock-kernel.txt", 12)).toEqual([]);
  });

  test("that was accepted and closed carried nothing, by name", () => {
    const logs = logsOf("server-of-three-10002.txt", 2);
    expect(flowFindings(logs, flowFigure(logs), 15)).toEqual([
      { state: "invalid", rule: "flow.empty", text: "flow 2 was connected, but carried nothing" },
    ]);
  });

  test("whose packets the kernel dropped carried nothing either", () => {
    expect(rulesOf("server-no-data.txt", 12)).toEqual(["invalid flow.empty"]);
  });

  test("that never came is told with the client's words", () => {
    const client = clientLogParser.parse("call dcpimping\nresult:-1\n");
    const server = serverLogParser.parse(
      "Throughput: 0.00 Gbps, bytes: 0.000000, time: 1.000000\n",
    );
    const logs = { flow: 1, server, client };
    expect(flowFindings(logs, flowFigure(logs), 15)).toEqual([
      {
        ...{ state: "invalid", rule: "flow.empty" },
        text: "flow 1 was never connected, as its server saw: result:-1",
      },
    ]);
  });

  test("that ended long before its time is short; a second without a byte is a stall", () => {
    expect(rulesOf("server-guest-times.txt", 120)).toEqual(["invalid flow.short"]);
    expect(rulesOf("server-of-three-10000.txt", 15)).toEqual(["suspect flow.stalled"]);
  });

  test("whose client could not write in the end is invalid although it carried data", () => {
    const client = clientLogParser.parse("call dcpimping\nresult:-1\n");
    expect(rulesOf("server-guest-times.txt", 15, client)).toEqual(["invalid program.complained"]);
  });
});

describe("figures of several flows", () => {
  const figures = ["server-of-three-10000.txt", "server-of-three-10001.txt"].map((name, flow) =>
    flowFigure(logsOf(name, flow)),
  );
  const dead = flowFigure(logsOf("server-of-three-10002.txt", 2));

  test("are a sum and the least of them, in bit/s", () => {
    const samples = flowSamples(figures, false);
    expect(samples.map(({ metric, unit }) => `${metric} ${unit}`)).toEqual([
      "goodput bit/s",
      "goodput.slowestFlow bit/s",
    ]);
    const [sum = 0, least = 0] = samples.map(({ value }) => value);
    const own = figures.map(({ throughputGbps = 0 }) => throughputGbps * 1e9);
    expect(sum).toBeCloseTo((own[0] ?? 0) + (own[1] ?? 0), 3);
    expect(least).toBe(Math.min(...own));
  });

  test("have no sum where one flow has none: upstream's total hides it", () => {
    expect(flowSamples([...figures, dead], false)).toEqual([]);
    expect(flowSamples([...figures, dead], true)).toEqual([]);
  });

  test("are upstream's where that is asked for", () => {
    const [sample] = flowSamples([flowFigure(logsOf("server-guest-times.txt"))], true);
    expect(sample?.value).toBeCloseTo(510_666_666.67, 1);
    expect(sample?.definition).toMatch(/as published/);
  });
});
