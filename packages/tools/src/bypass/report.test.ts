import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type BypassReport, bypassRefusal, bypassReportParser } from "./report.js";

const recorded = (name: string): BypassReport =>
  bypassReportParser.parse(
    readFileSync(join(import.meta.dirname, `../../fixtures/bypass/${name}.txt`), "utf8"),
  );

test("a library that is mapped, announces itself and moves the packets is active", () => {
  expect(bypassRefusal(recorded("vma-took-over"))).toBeUndefined();
});

test("one that leaves its sockets to the kernel is not", () => {
  expect(bypassRefusal(recorded("vma-left-to-kernel"))).toMatch(
    /^libvma\.so 9\.8\.40-1 took over no socket: its statistics count 0 packets by itself and 14473 through the kernel; it says: Interface eth2 will not be offloaded\./,
  );
});

const active = recorded("vma-took-over");
const without = (field: "mapped" | "version") => {
  const { [field]: _, ...rest } = active;
  return { ...rest, words: [] };
};

test.each([
  [without("mapped"), "libvma.so is not mapped into the program"],
  [
    without("version"),
    "/usr/lib/x86_64-linux-gnu/libvma.so.9.8.40 is mapped, but did not announce itself",
  ],
  [
    { ...active, words: [], sockets: [{ offloadedPackets: 989, kernelPackets: 11 }] },
    "libvma.so 9.8.40-1 did not take over all of it: its statistics count 989 packets by itself and 11 through the kernel (threshold 1 %)",
  ],
  [{ ...active, sockets: [{ offloadedPackets: 990, kernelPackets: 10 }] }, undefined],
])("each sign is wanted: %#", (report, refusal) => {
  expect(bypassRefusal(report)).toBe(refusal);
});
