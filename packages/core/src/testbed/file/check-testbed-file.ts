import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { hoststackError } from "../../errors/error.js";
import { crossIssues } from "./cross-issues.js";
import { fieldName } from "./issue.js";
import { type TestbedFile, testbedFileSchema } from "./schema.js";
import { shapeIssues } from "./shape-issues.js";
import type { FileSource } from "./yaml-source.js";

/** Paths in the file are relative to it. */
function placed(file: TestbedFile, directory: string): TestbedFile {
  const absolute = (path: string) =>
    path.startsWith("~/") ? join(homedir(), path.slice(2)) : resolve(directory, path);
  const hosts = Object.entries(file.hosts).map(([name, host]) => {
    if (typeof host.ssh !== "object" || host.ssh.config === undefined) return [name, host];
    return [name, { ...host, ssh: { ...host.ssh, config: absolute(host.ssh.config) } }];
  });
  return { ...file, hosts: Object.fromEntries(hosts) };
}

/** The testbed a source describes. Throws TESTBED_INVALID with everything that is wrong. */
function checked(source: FileSource, path: string): TestbedFile {
  const issues =
    source.syntax.length > 0
      ? source.syntax
      : [...shapeIssues(source.value), ...crossIssues(source.value)];
  if (issues.length === 0) return testbedFileSchema.parse(source.value);
  const told = issues
    .map((issue) => {
      const line = "line" in issue ? issue.line : source.lineOf(issue.path);
      return { line, field: fieldName(issue.path), text: issue.text, fix: issue.fix };
    })
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  const lines = told.map(({ line, field, text, fix }) => {
    const where = line === undefined ? path : `${path}:${line}`;
    return `${where}: ${field}: ${text}; ${fix}`;
  });
  const count = lines.length === 1 ? "an error" : `${lines.length} errors`;
  throw hoststackError("TESTBED_INVALID", `the testbed file has ${count}\n${lines.join("\n")}`, {
    details: { file: path, issues: told },
  });
}

/** Checks what was read from a file; `path` is its name in messages. Throws TESTBED_INVALID. */
export function checkSource(source: FileSource, path: string): TestbedFile {
  return placed(checked(source, path), dirname(path));
}

/** Checks a testbed given as a value, as `readTestbedFile` does. Throws TESTBED_INVALID. */
export function checkTestbedFile(value: unknown): TestbedFile {
  return checked({ value, syntax: [], lineOf: () => undefined }, "testbed");
}
