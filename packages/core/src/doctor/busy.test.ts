import { expect, test } from "vitest";
import { readBusiness } from "./busy-answer.js";
import { busyFindings } from "./busy-findings.js";

/** `/proc/PID/stat` of a process with so many ticks in user and system mode. */
const stat = (pid: number, name: string, [utime, stime]: readonly [number, number]): string =>
  `${pid} (${name}) R 1 1 1 0 -1 4194560 1 2 3 4 ${utime} ${stime} 0 0 20 0 1 0 100 4096`;

const answer = ({ governors = "", throttle = [0, 0], load = "0.30" } = {}): string => `cpus 2
load ${load} 0.20 0.10 1/100 4242
own 1000 77
${governors}before total cpu  100 0 100 800 0 0 0 0 50 0
before process ${stat(10, "iperf3", [100, 100])}
before process ${stat(11, "a) R (b \u001b[2J", [0, 0])}
before process ${stat(77, "sh", [0, 0])}
before process ${stat(88, "node", [0, 0])}
before throttle ${throttle[0]}
after total cpu  200 0 120 880 0 0 0 0 90 0
after process ${stat(10, "iperf3", [150, 120])}
after process ${stat(11, "a) R (b \u001b[2J", [30, 0])}
after process ${stat(12, "newcomer", [5, 5])}
after process ${stat(77, "sh", [90, 0])}
after process ${stat(88, "node", [90, 0])}
after throttle ${throttle[1]}
owner 1001 10
owner 1000 11
user 1001 alice
`;

test("CPU shares are of one CPU, and belong to users by name", () => {
  const { processes, cpus, load, governors, throttled } = readBusiness(answer(), 88);
  // 200 ticks of 2 CPUs: 100 of each
  expect(processes).toEqual([
    { pid: 10, command: "iperf3", share: 0.7, user: "alice", own: false },
    { pid: 11, command: "a) R (b ?[2J", share: 0.3, user: "1000", own: true },
  ]);
  expect({ cpus, load, governors, throttled }).toEqual({
    ...{ cpus: 2, load: 0.3, governors: [], throttled: 0 },
  });
});

test("a quiet machine has no warning", () => {
  const quiet = answer({ governors: "governor performance\n" }).replace(
    /^(?:before|after) process.*\n/gm,
    "",
  );
  const states = busyFindings("node0", readBusiness(quiet)).map(({ what, state }) => [what, state]);
  expect(states).toEqual([
    ["load", "met"],
    ["processes", "met"],
    ["governor", "met"],
    ["temperature", "met"],
  ]);
});

test("a busy, hot or saving machine is warned of, with what to do", () => {
  const text = answer({
    ...{ load: "3.50", throttle: [4, 9] },
    governors: "governor powersave\ngovernor powersave\ngovernor performance\n",
  });
  const findings = busyFindings("node0", readBusiness(text, 88));
  expect(findings.map(({ state, found }) => [state, found])).toEqual([
    ["warning", "3.50 over the last minute"],
    ["warning", "iperf3 (10, user alice) 70 % of a CPU; a) R (b ?[2J (11, your own) 30 % of a CPU"],
    ["warning", "powersave on 2 of 3"],
    ["warning", "throttled 5 times within a second"],
  ]);
  for (const { remedy } of findings) expect(remedy).toBeTruthy();
});

test("an answer without anything is no reason to fail", () => {
  expect(busyFindings("node0", readBusiness("")).map(({ what }) => what)).toEqual([
    "load",
    "processes",
  ]);
});
