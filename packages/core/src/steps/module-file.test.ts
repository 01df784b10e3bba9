import { expect, test } from "vitest";
import type { Answer } from "../plan/step.js";
import { moduleFileStep } from "./module-file.js";

const said = (stdout: string, exitCode = 0): Answer => ({ stdout, stderr: "", exitCode });
const place = { savedDirectory: "/saved" };
const digest = "ab".repeat(32);
const module = {
  name: "lab",
  path: "/build/lab.ko",
  sha256: digest,
  release: "6.1.0-56-amd64",
  vermagic: "6.1.0-56-amd64 SMP preempt mod_unload modversions",
  buildId: "0123abcd",
};
const step = moduleFileStep({ module, parameters: { quiet: true } });
const facts = (changed: Partial<Record<"uid" | "release" | "disabled" | "file", string>> = {}) => {
  const { uid = "0", release = module.release, disabled = "0", file = `${digest}  -` } = changed;
  return said(`${uid}\n${release}\n${disabled}\n${file}\n`);
};

test("loads exactly this file, looks at the kernel's log, and unloads it", () => {
  const decision = step.decide(said("absent\n"), [facts()], place);
  expect(decision).toMatchObject({
    state: "needed",
    wanted: "loaded\n",
    diff: "lab: absent -> loaded quiet=1",
  });
  if (decision.state !== "needed") throw new Error("not needed");
  const [name, path, faults = "", ...rest] = decision.actions[0]?.argv.slice(4) ?? [];
  expect([name, path, ...rest]).toEqual([
    "lab",
    "/build/lab.ko",
    "/saved/module-lab.devices",
    "quiet=1",
  ]);
  expect(faults).toContain("WARNING");
  expect(decision.undo[0]?.argv.slice(4)).toEqual(["lab", "10", "/saved/module-lab.devices"]);
  expect(step.check.argv.slice(4)).toEqual(["lab", "-", "0123abcd", "quiet=1"]);
});

test("warnings are no faults where they are accepted", () => {
  const accepting = moduleFileStep({ module, warnings: "accept" });
  const decision = accepting.decide(said("absent\n"), [facts()], place);
  if (decision.state !== "needed") throw new Error("not needed");
  expect(decision.actions[0]?.argv[6]).not.toContain("WARNING");
  expect(decision.actions[0]?.argv[6]).toContain("kernel BUG at");
});

test("needs nothing when this build is loaded", () => {
  expect(step.decide(said("loaded\n"), [facts()], place)).toEqual({ state: "satisfied" });
});

test.each([
  ["other 123 456\n", facts(), /another build of lab is loaded \(srcversion 123, build id 456\)/],
  ["loaded quiet=N\n", facts(), /loaded already with quiet=N/],
  ["stuck coming\n", facts(), /neither loaded nor gone \(coming\)/],
  ["builtin\n", facts(), /built into the kernel/],
  [
    "absent\n",
    facts({ release: "6.9.1" }),
    /built for the kernel 6\.1\.0-56-amd64 \(vermagic "6.1.0-56-amd64 SMP .*"\), but 6\.9\.1 is running/,
  ],
  ["absent\n", facts({ file: "-" }), /there is no file \/build\/lab.ko/],
  ["absent\n", facts({ file: `${"cd".repeat(32)}  -` }), /not the file that was built/],
  ["absent\n", facts({ uid: "1000" }), /only root/],
  ["absent\n", facts({ disabled: "1" }), /takes no more modules/],
])("refuses %j %#", (seen, told, reason) => {
  expect(step.decide(said(seen), [told], place)).toMatchObject({
    state: "impossible",
    reason: expect.stringMatching(reason),
    remedy: expect.stringMatching(/./),
  });
});

test("what another step brings may still come", () => {
  const later = moduleFileStep({ module, after: "built-binary:/build/lab.ko" });
  expect(later.decide(said("absent\n"), [facts({ file: "-" })], place)).toMatchObject({
    state: "unknownUntil",
    stepId: "built-binary:/build/lab.ko",
    otherwise: { reason: "there is no file /build/lab.ko" },
  });
});

test.each([
  [{ name: "lab-x" }, "module.name"],
  [{ path: "lab.ko" }, "module.path"],
  [{ sha256: "12" }, "module.sha256"],
])("refuses to be asked for %j", (wrong, field) => {
  expect(() => moduleFileStep({ module: { ...module, ...wrong } })).toThrow(`"${field}"`);
});
