import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { neperParser } from "../neper/report.js";
import { type NeperSamples, neperSamplesParser } from "../neper/samples-file.js";
import { checkNeper } from "./check.js";
import { neperChoice } from "./options.js";
import type { SideReport } from "./result.js";

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), "utf8");

function side(name: string, more: Partial<SideReport> = {}): SideReport {
  const report = neperParser.parse(fixture(`outputs/${name}.stdout.txt`));
  if (report.results === undefined) throw new Error(`${name} has results`);
  return { report, results: report.results, complaints: [], ...more };
}

const samples = neperSamplesParser.parse(fixture("files/samples-stream.csv"));
const end = (host: string) => ({ host, nic: "eth1", addresses: ["10.0.0.1"] as const });
const ends = { client: end("client"), server: end("server") };
const link = { name: "data", mtuBytes: 1500, ends: [ends.client, ends.server] as const };

interface Case {
  readonly client?: Partial<SideReport>;
  readonly server?: Partial<SideReport>;
  readonly rxBytes?: number;
  readonly flows?: number;
}

/** Findings on a real run of four flows, of which something is otherwise. */
function found({ client = {}, server = {}, rxBytes = 1e12, flows = 4 }: Case = {}): string[] {
  const name = "master-tcp_stream-F4T2-samples";
  const sides = {
    client: side(`${name}-client`, client),
    server: side(`${name}-server`, { samples, ...server }),
  };
  const links = [{ client: "client-1", server: "server-1", perS: 4557069629, sides }];
  const reasons = checkNeper("tcp_stream", {
    options: neperChoice.parse({ flows, threads: 2, durationS: 3 }),
    result: { throughputGbps: 4.557, links },
    outputs: { of: () => Promise.reject(new Error("unread")) as never },
    windowS: 3,
    windows: new Map([["client-1", { fromMs: 0, toMs: 3000 }]]),
    counters: [{ host: "server", name: "nic.eth1.rxBytes", delta: rxBytes }],
    ...{ ...ends, clients: [ends.client], servers: [ends.server] },
    links: [{ ...ends, link }],
  });
  return reasons.map(({ state, rule, text }) => `${state} ${rule} ${text}`);
}

const without = (seconds: number): NeperSamples => ({
  ...samples,
  flows: samples.flows.map((flow, index) =>
    index > 0 ? flow : { ...flow, intervals: flow.intervals.filter(({ toS }) => toS <= seconds) },
  ),
});

describe("a real run of four flows", () => {
  test("as it was", () => {
    expect(found()).toEqual([]);
  });

  test.each<[string, Case, RegExp]>([
    [
      "a flow that died",
      { server: { samples: without(1.5) } },
      /^invalid flow.died eth1: flow 2 of thread 1 carried nothing after 1\.\d s of 3\.\d s$/,
    ],
    ["a flow that never began", { flows: 5 }, /^invalid flow.missing eth1: 4 of 5 flows carried/],
    [
      "a complaint at exit status 0",
      { client: { complaints: ["setsockopt(TCP_CONGESTION): No such file"] } },
      /^invalid neper.complained eth1: the client complained: setsockopt/,
    ],
    [
      "payload that the NIC did not receive",
      { rxBytes: 1000 },
      /^invalid flow.missing eth1: eth1 of server received 1000 bytes, but \d+ bytes/,
    ],
  ])("%s", (_, changed, expected) => {
    const all = found(changed);
    expect(all).toHaveLength(1);
    expect(all[0]).toMatch(expected);
  });

  test("sides of different runs, and samples of no flow", () => {
    const other = side("master-tcp_stream-default-client").results;
    expect(found({ client: { results: other } }).join()).toContain("invalid neper.sides-disagree");
    const none = { ...samples, flows: [] };
    expect(found({ server: { samples: none } }).join()).toContain("0 of 4 flows");
  });
});
