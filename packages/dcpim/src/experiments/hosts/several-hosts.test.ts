import type { LinkEnd, RoleEnds } from "@hoststack/core";
import { describe, expect, test } from "vitest";
import { fixture } from "../../../test/support/fixture.js";
import { hostView } from "../../../test/support/host.js";
import { parseRedirectedIperf3 } from "../../outputs/redirected-iperf3.js";
import { hostFlows } from "./flow-plan.js";
import type { HostFlowOptions } from "./options.js";
import { hostFlowProcesses } from "./processes.js";
import { publishedLines } from "./published-lines.js";
import { hostFlowFindings, hostFlowResult, hostFlowSamples } from "./result.js";

const pattern = { kind: "all-to-all", clients: 2, servers: 1 } as const;
const options: HostFlowOptions = {
  ...{ protocol: "dcpim", flows: 1, durationS: 10, lengthBytes: 1_048_576, profile: "none" },
  matchingCpu: 1,
};

const end = (host: string, last: number): LinkEnd => ({
  ...{ host, nic: "lab0", addresses: [`10.77.0.${last}`] },
});
const server = end("server", 9);
const links = [1, 2].map((index): RoleEnds => {
  const client = end(`client-${index}`, index);
  return { client, server, link: { name: `l${index}`, mtuBytes: 1500, ends: [client, server] } };
});

test("each flow has a server and a client, with its port, CPUs and library", () => {
  const context = {
    ...{ options: { ...options, pattern, hosts: 3 }, links },
    clients: links.map(({ client: { host } }) => hostView({ host, cpus: 4 })),
    servers: [hostView({ host: "server", cpus: 4 })],
  };
  const specs = hostFlowProcesses(context);
  expect(specs.map(({ id, host, argv }) => `${id} ${host}: ${argv.join(" ")}`)).toEqual([
    "s1-c2-f0-server server: taskset -c 0 iperf3 -s -1 -p 4512 -B 10.77.0.9",
    "s1-c3-f0-server server: taskset -c 0 iperf3 -s -1 -p 4768 -B 10.77.0.9",
    "s1-c2-f0-client client-1: taskset -c 2 iperf3 -c 10.77.0.9 -p 4512 -t 10 -J -B 10.77.0.1 --cport 4512 -l 1048576",
    "s1-c3-f0-client client-2: taskset -c 2 iperf3 -c 10.77.0.9 -p 4768 -t 10 -J -B 10.77.0.2 --cport 4768 -l 1048576",
  ]);
  expect(specs[3]?.after).toEqual(["s1-c2-f0-server", "s1-c3-f0-server"]);
  expect(specs.every(({ preloads }) => preloads?.[0] === "/b/socket_wrapper.so")).toBe(true);
});

const recorded = parseRedirectedIperf3(fixture("iperf3-dcpim-client.txt"));
const bytes = recorded.report.received?.bytes ?? 0;
const measured = (second: Partial<typeof recorded> = {}) =>
  hostFlowResult(
    hostFlows(pattern, 1).map((flow, index) => ({
      ...{ ...flow, ...recorded },
      ...(index === 1 ? second : {}),
    })),
  );

describe("flows of two clients into one server", () => {
  const found = (result: ReturnType<typeof measured>, windowS = 9, rxBytes = 3 * bytes) =>
    hostFlowFindings({
      ...{ options, result, windowS },
      clients: links.map(({ client }) => client),
      servers: [server],
      counters: [{ host: "server", name: "nic.lab0.rxBytes", delta: rxBytes }],
    });

  test("have their sum, of which the server has all", () => {
    const result = measured();
    expect(found(result)).toEqual([]);
    const sum = hostFlowSamples(result).find(({ metric }) => metric === "goodput")?.value ?? 0;
    expect(sum).toBeCloseTo(2 * (recorded.report.received?.bitsPerS ?? 0), 0);
    expect(result.servers).toEqual([{ server: 0, throughputGbps: sum / 1e9 }]);
    const gbps = sum / 1e9;
    const trial = { processes: [], result, verdict: { state: "valid" as const, reasons: [] } };
    expect(publishedLines(trial)).toEqual([`[${gbps}]`, `1 ${gbps} ${gbps} ${gbps}`]);
  });

  test("have none where one carried nothing, which is told by its hosts", () => {
    const received = { bytes: 0, durationS: 10, bitsPerS: 0 };
    const result = measured({ report: { ...recorded.report, received } });
    expect(hostFlowSamples(result)).toEqual([]);
    expect(found(result)).toMatchObject([
      {
        ...{ state: "invalid", rule: "flow.empty" },
        text: "flow 0 from client-2 to server: the server received nothing",
      },
    ]);
  });

  test("that went by TCP, were not there together, or did not cross the NIC are named", () => {
    const rules = (...about: Parameters<typeof found>) => found(...about).map(({ rule }) => rule);
    expect(rules(measured({ sockets: 0 }))).toEqual(["redirect.inactive"]);
    expect(rules(measured(), 3)).toEqual(["flow.short"]);
    expect(rules(measured(), 9, bytes)).toEqual(["flow.missing"]);
  });
});
