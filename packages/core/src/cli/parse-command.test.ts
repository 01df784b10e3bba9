import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineParser } from "@hoststack/tools";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { System } from "../system/system.js";
import { recordedTerminal } from "./recorded-terminal.js";
import { runCli } from "./run-cli.js";

let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  await mkdir(join(place, "directory"));
  await writeFile(join(place, "empty"), "");
  await writeFile(join(place, "blank"), "\n\n");
  await writeFile(join(place, "prose"), "nothing of a tool\n");
});
afterAll(() => rm(place, { recursive: true, force: true }));

const system = { name: "lab", experiments: {}, suites: {} } as Partial<System> as System;

test.each([
  { name: "directory", code: 2, words: "is a directory [OPTIONS_INVALID]\n  name the files in it" },
  { name: "missing", code: 2, words: "cannot be read: there is no such file [OPTIONS_INVALID]" },
  { name: "empty", code: 1, words: "is empty [PARSE_FAILED]" },
  { name: "blank", code: 1, words: "is empty [PARSE_FAILED]" },
  { name: "prose", code: 1, words: "not an output of a tool known here [PARSE_FAILED]" },
])("parse of $name: one error that names the path", async ({ name, code, words }) => {
  const terminal = recordedTerminal();
  expect(await runCli(system, ["parse", join(place, name)], terminal)).toBe(code);
  expect(terminal.out.text()).toBe("");
  expect(terminal.err.text()).toContain(`error: ${join(place, name)}`);
  expect(terminal.err.text()).toContain(words);
  expect(terminal.err.text().trimEnd().split("\n").length).toBeLessThanOrEqual(2);
});

test("parse of a device names it and says what to do", async () => {
  const terminal = recordedTerminal();
  expect(await runCli(system, ["parse", "/dev/null"], terminal)).toBe(2);
  expect(terminal.err.text()).toContain("/dev/null is not a regular file");
});

test("a system reads outputs of its own, before those of the generic tools", async () => {
  const parser = defineParser({
    ...{ name: "prose", version: 1, schema: z.string() },
    reader: () => {
      let first = "";
      return {
        line: (text) => {
          first ||= text;
        },
        end: () => first,
      };
    },
  });
  const reading = { ...system, outputs: [{ sign: /^nothing of/, tool: "prose", parser }] };
  const terminal = recordedTerminal();
  expect(await runCli(reading, ["parse", join(place, "prose")], terminal)).toBe(0);
  expect(JSON.parse(terminal.out.text())).toMatchObject({
    tool: "prose",
    result: "nothing of a tool",
  });
});
