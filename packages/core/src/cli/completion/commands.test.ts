import { expect, test } from "vitest";
import { z } from "zod";
import type { AnyExperiment } from "../../experiment/experiment.js";
import { defineSystem } from "../../system/system.js";
import { verbWords } from "../verbs.js";
import { completedCommands, valueFlags } from "./commands.js";

const options = z.strictObject({
  protocol: z.enum(["tcp", "udp"]).default("tcp"),
  reverse: z.boolean().default(false),
});
const commands = completedCommands(
  defineSystem({
    ...{ name: "lab", version: "1.0.0", summary: "a lab" },
    experiments: { stream: { name: "stream", summary: "", options } as unknown as AnyExperiment },
    suites: {},
    guest: () => {
      throw new Error("not of this test");
    },
  }),
);
const at = (...path: string[]) => commands.find((one) => one.path.join(" ") === path.join(" "));

test("every verb but help can be completed further", () => {
  const verbs = verbWords.map(({ word }) => word).filter((word) => word !== "help");
  for (const verb of verbs) expect(at(verb)?.flags.length, verb).toBeGreaterThan(0);
});

test("an experiment has its own flags, with the values of its schema, and those of run", () => {
  const flags = new Map(at("run", "stream")?.flags.map((flag) => [flag.name, flag]));
  expect(flags.get("protocol")?.values).toEqual(["tcp", "udp"]);
  expect(flags.get("testbed")).toMatchObject({
    values: ["vm", "netns", "kept:lab"],
    takesFiles: true,
  });
  expect(flags.has("reverse")).toBe(true);
  expect(at("run")?.flags.map(({ name }) => name)).not.toContain("protocol");
});

test("a word after a flag without a value is a word", () => {
  expect(valueFlags(commands)).toContain("--protocol");
  expect(valueFlags(commands)).not.toContain("--reverse");
  expect(valueFlags(commands)).not.toContain("-h");
});
