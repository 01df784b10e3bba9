import { expect, test } from "vitest";
import type { Answer } from "../../plan/step.js";
import { qdiscStep } from "./qdisc.js";
import { handleOf } from "./qdisc-names.js";

const said = (stdout: string): Answer => ({ stdout, stderr: "", exitCode: 0 });
const decide = (seen: string, shown: string) =>
  qdiscStep({ nic: "ens2f0", kind: "fq", options: ["limit", "500"] }).decide(
    said(`${seen}\n`),
    [said("nics\n"), said("0\n"), said(shown)],
    { savedDirectory: "/saved" },
  );
const handle = handleOf({ kind: "fq", options: ["limit", "500"] });

test("the handle tells kind and options, and is not one the kernel gives", () => {
  expect(handle).toMatch(/^[4-7][0-9a-f]{3}$/);
  const others = [
    handleOf({ kind: "fq", options: ["limit", "501"] }),
    handleOf({ kind: "fq", options: [] }),
    handleOf({ kind: "mq", options: [], leaf: "fq" }),
  ];
  expect(new Set([handle, ...others]).size).toBe(4);
  expect(decide(`fq ${handle}:`, "")).toEqual({ state: "satisfied" });
});

test.each([
  ["mq 0: fq_codel", "qdisc mq 0: root\n", /tc qdisc delete/],
  [
    "mq 1: pfifo_fast",
    "qdisc mq 1: root\nqdisc pfifo_fast 0: parent 1:1 bands 3\n",
    /root handle 1: mq$/,
  ],
  [
    "pfifo 8001:",
    "qdisc pfifo 8001: root refcnt 2 limit 300p\n",
    /root handle 8001: pfifo limit 300$/,
  ],
])("from %s it comes back", (seen, shown, undo) => {
  const decision = decide(seen, shown);
  expect(decision).toMatchObject({ state: "needed", wanted: `fq ${handle}:\n` });
  if (decision.state !== "needed") throw new Error("not needed");
  expect(decision.undo[0]?.argv.join(" ")).toMatch(undo);
});

test.each([
  ["htb 1:", "qdisc htb 1: root refcnt 2 r2q 10 default 0x10\n"],
  ["mq 1: fq", "qdisc mq 1: root\nqdisc fq 8002: parent 1:1 limit 10000p\n"],
])("what cannot be set back is left alone: %s", (seen, shown) => {
  expect(decide(seen, shown)).toMatchObject({
    state: "impossible",
    reason: expect.stringMatching(/could not be set back as somebody configured it/),
  });
});
