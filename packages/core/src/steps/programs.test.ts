import { expect, test } from "vitest";
import type { Answer } from "../plan/step.js";
import { programsStep } from "./programs.js";

const said = (stdout: string, exitCode = 0): Answer => ({ stdout, stderr: "", exitCode });
const place = { savedDirectory: "/saved" };
const step = programsStep({
  programs: [
    { program: "ib_send_bw", debianPackage: "perftest" },
    { program: "ib_send_lat", debianPackage: "perftest" },
  ],
  packages: ["rdma-core"],
});

const simulated = said(`0
Inst libibverbs1 (44.0-2 Debian:12 [amd64])
Inst perftest (4.5 Debian:12 [amd64])
`);

test("what is there is left alone, whoever brought it", () => {
  expect(step.decide(said(""), [said(""), said(""), said("")], place)).toEqual({
    state: "satisfied",
  });
});

test("only what is missing is installed, and exactly that purged", () => {
  const missing = said("ib_send_bw=perftest\nib_send_lat=perftest\n");
  const decision = step.decide(missing, [said(""), simulated, said("")], place);
  expect(decision).toMatchObject({ state: "needed", wanted: "" });
  if (decision.state !== "needed") return;
  expect(decision.actions[0]?.argv.slice(4)).toEqual(["libibverbs1=44.0-2", "perftest=4.5"]);
  expect(decision.undo[0]?.argv.slice(4)).toEqual(["libibverbs1", "perftest"]);
});

test("a package that is there without its program is no reason to install it again", () => {
  const missing = said("ib_send_bw=perftest\n");
  const decision = step.decide(missing, [said("perftest ii 4.5\n"), simulated, said("")], place);
  expect(decision).toMatchObject({
    state: "impossible",
    reason: "perftest is installed, but there is no ib_send_bw on the PATH",
  });
});

test("a host without dpkg is told what it lacks", () => {
  const missing = said("ib_send_bw=perftest\n");
  const decision = step.decide(missing, [said("no dpkg\n"), said("", 127), said("")], place);
  expect(decision).toMatchObject({
    state: "impossible",
    reason: "there is no ib_send_bw, and the host has no dpkg",
  });
});

test.each([
  [{}, ""],
  [{ programs: [{ program: "-x", debianPackage: "x1" }] }, "programs.0.program"],
  [{ packages: ["A"] }, "packages.0"],
])("refuses %j", (options, field) => {
  expect(() => programsStep(options)).toThrow(
    expect.objectContaining({ code: "OPTIONS_INVALID", details: { step: "programs", field } }),
  );
});
