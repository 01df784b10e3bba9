import { expect, test } from "vitest";
import type { Examination } from "../doctor/finding.js";
import type { KeptTestbed } from "../testbed/kept/list.js";
import { examinationLines, keptLines, outcomeLine } from "./doctor-text.js";
import { recordedChannel } from "./recorded-terminal.js";

const examination: Examination = {
  testbed: { kind: "ssh", evidence: "hardware", notices: [] },
  findings: [
    {
      ...{ host: "node0", what: "program iperf3", state: "unmet", found: "no such program" },
      ...{ wanted: "iperf3 on the PATH", why: "iperf3 runs it" },
      remedy: "on Debian: apt-get install iperf3",
    },
    {
      ...{ host: "node0", what: "load", state: "met", found: "0.01 over the last minute" },
      ...{ wanted: "a load of at most 0.50 on 2 CPUs", why: "others take CPU time" },
    },
  ],
  experiments: [{ name: "iperf3", evidence: [{ feature: "TCP", level: "namespace" }] }],
};

test("what is met takes a line; what is not says wanted, why and how to fix it", () => {
  expect(examinationLines(examination, recordedChannel())).toEqual([
    "node0",
    "  unmet    program iperf3  no such program",
    "           wanted: iperf3 on the PATH",
    "           why: iperf3 runs it",
    "           fix: on Debian: apt-get install iperf3",
    "  met      load            0.01 over the last minute",
    "",
    "evidence",
    "  iperf3  TCP: seen in namespace",
  ]);
  expect(outcomeLine(examination)).toBe("2 requirements, 1 not met");
});

test("it fits a narrow terminal", () => {
  const lines = examinationLines(examination, recordedChannel({ columns: 40 }));
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
});

test("what wraps goes on below itself; a path that is too long for its column has a line", () => {
  const path = `/opt/${"deep/".repeat(9)}iperf3`;
  const [first, second] = examination.findings;
  if (first === undefined || second === undefined) throw new Error("there are two");
  const findings = [
    { ...first, why: "stream, stream-parallel, request-response and ping-pong run it" },
    { ...second, found: path },
  ];
  const lines = examinationLines({ ...examination, findings }, recordedChannel({ columns: 60 }));
  expect(lines.slice(3, 8)).toEqual([
    "           why: stream, stream-parallel, request-response",
    "                and ping-pong run it",
    "           fix: on Debian: apt-get install iperf3",
    "  met      load",
    `           ${path}`,
  ]);
});

test("kept testbeds are told with the word that names them", () => {
  const kept = [
    { name: "lab", state: "open", ledger: { kind: "netns" } },
    { name: "old-guests", state: "dead", ledger: { kind: "vm" } },
  ] as const satisfies readonly unknown[];
  expect(keptLines(kept as unknown as readonly KeptTestbed[], recordedChannel())).toEqual([
    "",
    "kept testbeds",
    "  lab         netns, open: --testbed kept:lab",
    "  old-guests  vm, dead: cannot be used",
  ]);
  expect(keptLines([], recordedChannel())).toEqual([]);
});
