import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkCommand, launchedPid, selfContainedLaunchText } from "./launch.js";

const value = fc.string({ unit: "binary", maxLength: 30 }).filter((text) => !text.includes("\0"));

test("the shell becomes the program with its arguments and environment", () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 5 }), value, (argv, setting) => {
      const script = 'printf "%s\\0" "$HOSTSTACK_VALUE" "$PWD" "$@"';
      const text = selfContainedLaunchText({
        argv: ["sh", "-c", script, "sh", ...argv],
        cwd: "/proc/sys",
        env: { HOSTSTACK_VALUE: setting },
      });
      const output = execFileSync("sh", ["-c", text]).toString();
      const [report, ...rest] = output.split("\n");
      expect(report).toMatch(/^pid \d+$/);
      expect(rest.join("\n").split("\0").slice(0, -1)).toEqual([setting, "/proc/sys", ...argv]);
    }),
    { numRuns: 60 },
  );
});

test.each([
  [{ argv: ["-x"] as const }, "starts with a dash"],
  [{ argv: ["true", "x".repeat(131_072)] as const }, "argument 1"],
  [{ argv: ["true", "ü".repeat(65_536)] as const }, "131072 bytes"],
  [{ argv: ["true"] as const, env: { "A B": "" } }, '"A B"'],
  [{ argv: ["true"] as const, env: { A: "\0" } }, "NUL"],
])("refuses a command no host can start, %#", (command, words) => {
  expect(() => checkCommand(command)).toThrow(
    expect.objectContaining({ code: "OPTIONS_INVALID", message: expect.stringContaining(words) }),
  );
});

test("the longest argument Linux passes is allowed", () => {
  expect(() => checkCommand({ argv: ["true", "x".repeat(131_071)] })).not.toThrow();
});

test("a report tells the process id or why there is none", () => {
  const command = { argv: ["iperf3"], cwd: "/no" } as const;
  expect(launchedPid(command, "server", "pid 42\n")).toBe(42);
  expect(() => launchedPid(command, "server", "program\n")).toThrow(
    expect.objectContaining({
      code: "TOOL_MISSING",
      message: '"iperf3" is not installed on server',
    }),
  );
  expect(() => launchedPid(command, "server", "directory\n")).toThrow(/no directory "\/no"/);
  expect(() => launchedPid(command, "server", "")).toThrow(
    expect.objectContaining({ code: "COMMAND_FAILED" }),
  );
});
