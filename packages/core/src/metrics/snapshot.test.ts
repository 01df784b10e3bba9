import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { countersOf } from "./counters.js";
import { cpuPoint } from "./cpu.js";
import { type Snapshot, samplerScript, snapshotReader } from "./snapshot.js";

function readLines(lines: readonly string[]): Snapshot[] {
  const seen: Snapshot[] = [];
  const read = snapshotReader((one) => seen.push(one));
  for (const line of lines) read(line);
  return seen;
}

test("the sampler's lines become snapshots; a cut one never does", () => {
  const seen = readLines([
    "snapshot 7 tick 12.34",
    "/proc/stat:cpu  1 2",
    "/proc/stat:ctxt 5",
    "end 7",
    "snapshot 8 full 13.00",
    "/proc/stat:cpu  9 9",
  ]);
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({ token: "7", kind: "tick", uptimeS: 12.34 });
  expect(seen[0]?.files.get("/proc/stat")).toBe("cpu  1 2\nctxt 5");
});

test("the script answers each kind of question with what it is for", () => {
  const input = "clock 1\ntick 2\nfull 3\n";
  const output = execFileSync("sh", ["-c", samplerScript], { input, encoding: "utf8" });
  const [clock, tick, full] = readLines(output.split("\n"));
  expect(clock?.files.size).toBe(0);
  expect(clock?.uptimeS).toBeGreaterThan(0);
  expect([...(tick?.files.keys() ?? [])]).toEqual(["/proc/uptime", "/proc/stat", "/proc/net/dev"]);
  for (const line of tick?.files.get("/proc/stat")?.split("\n") ?? [""]) {
    expect(line).toMatch(/^cpu/);
  }
  expect(full?.files.get("/proc/stat")).toMatch(/^intr /m);
  for (const one of [tick, full]) {
    if (one === undefined) throw new Error("no answer");
    expect(cpuPoint(one)?.uptimeS).toBeGreaterThanOrEqual(one.uptimeS);
    expect([...countersOf(one).keys()]).toContain("nic.lo.rxBytes");
  }
});
