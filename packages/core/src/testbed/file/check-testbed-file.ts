import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { hoststackError } from "../../errors/error.js";
import { crossIssues } from "./cross-issues.js";
import type { FieldSchema, FileForm } from "./file-form.js";
import { type TestbedFile, testbedFileJsonSchema, testbedFileSchema } from "./schema.js";
import { shapeIssues } from "./shape-issues.js";
import { toldIssues } from "./told-issues.js";
import type { FileSource } from "./yaml-source.js";

const testbedForm: FileForm = {
  schema: testbedFileSchema,
  jsonSchema: () => testbedFileJsonSchema() as FieldSchema,
  guide: "docs/testbed-file.md",
};

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
      : [...shapeIssues(source.value, testbedForm), ...crossIssues(source.value)];
  if (issues.length === 0) return testbedFileSchema.parse(source.value);
  const told = toldIssues(source, path, issues);
  throw hoststackError("TESTBED_INVALID", `the testbed file has ${told.text}`, {
    details: { file: path, issues: told.issues },
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
