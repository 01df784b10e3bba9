import { expect, test } from "vitest";
import type { Answer } from "../plan/step.js";
import { sysctlStep } from "./sysctl.js";

const said = (stdout: string, exitCode = 0): Answer => ({ stdout, stderr: "", exitCode });
const decide = (seen: string, writable = "writable\n", after?: string) =>
  sysctlStep({
    key: "net.ipv4.tcp_rmem",
    value: "4096  131072\t6291456",
    ...(after === undefined ? {} : { after }),
  }).decide(said(seen), [said(writable)], { savedDirectory: "/saved" });

test("compares words, sets them and comes back to what was seen", () => {
  expect(decide("value 4096 131072 6291456\n")).toEqual({ state: "satisfied" });
  const decision = decide("value 1 2 3\n");
  expect(decision).toMatchObject({
    wanted: "value 4096 131072 6291456\n",
    diff: "net.ipv4.tcp_rmem: 1 2 3 -> 4096 131072 6291456",
  });
  if (decision.state !== "needed") throw new Error("not needed");
  const [action, undo] = [...decision.actions, ...decision.undo].map(({ argv }) => argv.slice(4));
  expect(action).toEqual(["/proc/sys/net/ipv4/tcp_rmem", "4096 131072 6291456"]);
  expect(undo).toEqual(["/proc/sys/net/ipv4/tcp_rmem", "1 2 3"]);
});

test.each([
  ["unknown\n", "writable\n", /has no setting/],
  ["unreadable\n", "writable\n", /cannot be read/],
  ["value 1\n", "1000\n", /only root/],
  ["value 1\n", "0\n", /read-only here/],
])("refuses %j, %j", (seen, writable, reason) => {
  expect(decide(seen, writable)).toMatchObject({
    state: "impossible",
    reason: expect.stringMatching(reason),
  });
});

test("a setting may come with another step", () => {
  expect(decide("unknown\n", "0\n", "module:tcp_bbr")).toEqual({
    state: "unknownUntil",
    stepId: "module:tcp_bbr",
    otherwise: {
      reason: "this kernel has no setting net.ipv4.tcp_rmem",
      remedy: expect.stringContaining("once the module is loaded"),
    },
  });
});

test.each([
  ["net.ipv4.conf.eth0/100.rp_filter", "/proc/sys/net/ipv4/conf/eth0.100/rp_filter"],
  ["net/ipv4/conf/eth0.100/rp_filter", "/proc/sys/net/ipv4/conf/eth0.100/rp_filter"],
  ["kernel.numa_balancing", "/proc/sys/kernel/numa_balancing"],
])("finds %s as sysctl(8) does", (key, file) => {
  expect(sysctlStep({ key, value: 1 }).check.argv.at(-1)).toBe(file);
});
