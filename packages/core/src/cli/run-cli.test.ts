import { expect, test } from "vitest";
import { z } from "zod";
import type { AnyExperiment } from "../experiment/experiment.js";
import { defineSystem } from "../system/system.js";
import { recordedTerminal } from "./recorded-terminal.js";
import { runCli } from "./run-cli.js";
import { readRunWords } from "./run-request.js";

const experiment = (name: string, options: z.ZodObject): AnyExperiment =>
  ({ name, summary: `measures ${name}`, options }) as unknown as AnyExperiment;

const description =
  "how long it sends, in seconds; of these the tool leaves out the first and the last quarter";

/** More options than there is room for beside the flags of a run. */
const knobs = Array.from({ length: 14 }, (_, index) => `knob${index}`);

const system = defineSystem({
  name: "lab",
  version: "1.2.3",
  summary: "a lab",
  experiments: {
    stream: experiment(
      "stream",
      z.strictObject({
        durationS: z.int().default(4).describe(description),
        aVeryLongNameOfAnOption: z.number().optional().describe("with words of its own"),
        reverse: z.boolean().default(false),
      }),
    ),
    "ping-pong": experiment("ping-pong", z.strictObject({ messageBytes: z.int().default(16) })),
    knobs: experiment(
      "knobs",
      z.strictObject(Object.fromEntries(knobs.map((name) => [name, z.int().optional()]))),
    ),
  },
  suites: { quick: { summary: "all of it", variants: [] } },
  setup: {
    options: z.strictObject({ burst: z.int().default(16).describe("packets in a burst") }),
    builds: () => [],
  },
  guest: () => {
    throw new Error("not of this test");
  },
});

const call = async (...argv: string[]) => {
  const terminal = recordedTerminal();
  const code = await runCli(system, argv, terminal);
  return { code, out: terminal.out.text(), err: terminal.err.text() };
};

test.each([
  ["stream --duration-s 2", "stream", { durationS: 2 }],
  ["--duration-s 2 stream", "stream", { durationS: 2 }],
  ["--testbed netns --repeat 2 stream --reverse", "stream", { reverse: true }],
  ["--reverse stream", "stream", { reverse: true }],
  ["--message-bytes=64 ping-pong", "ping-pong", { messageBytes: 64 }],
  ["--out quick ping-pong", "ping-pong", {}],
  ["--json quick", "quick", {}],
])("run %s runs %s", (line, name, options) => {
  expect(readRunWords(system, line.split(" "))).toMatchObject({ name, options });
});

test.each([
  ["run --testbed netns", "run needs the name"],
  ["run --out stream", "run needs the name"],
  ["run --durations-s 2 stream", 'did you mean "--duration-s"'],
  ["run straem --duration-s 2", 'did you mean "stream"'],
  ["run stream ping-pong", 'not "ping-pong" beside "stream"'],
  ["run -x stream", "there is no flag -x here"],
  ["parse", "parse needs the files"],
  ["parse --jsn", 'did you mean "--json"'],
  ["pasre", 'did you mean "parse"'],
  ["stream", 'did you mean "run stream"'],
  ["frob", "lab --help lists what there is"],
])("%s is refused with what to do", async (line, words) => {
  const { code, out, err } = await call(...line.split(" "));
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain(words);
});

test.each([
  ["--help", "Exit status"],
  ["-h", "Exit status"],
  ["help", "Exit status"],
  ["run --help", "stream     measures stream"],
  ["run campaign.yaml --help", "--sweep"],
  ["run -h", "quick      all of it"],
  ["run stream --help", "--duration-s N"],
  ["run --testbed netns stream -h", "--duration-s N"],
  ["run quick --help", "lab run quick: all of it"],
  ["run knobs --help", "--knob13 N"],
  ["run knobs --help", "lab run ping-pong --help explains them."],
  ["parse --help", "lab parse FILE..."],
  ["doctor --help", "lab doctor [NAME...]"],
  ["plan --help", "lab plan [NAME...]"],
  ["setup -h", "Options of the setup\n  --burst N"],
  ["build --help", "--build-on hosts|controller"],
  ["status --help", "lab status [HOST...]"],
  ["restore --help", "lab restore [HOST...]"],
  ["completion --help", "lab completion bash|zsh|fish"],
  ["parse -h", "--json"],
])("%s shows help of at most 80 columns and 24 lines", async (line, words) => {
  const { code, out, err } = await call(...line.split(" "));
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toContain(words);
  const lines = out.trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(24);
  for (const one of lines) expect(one.length).toBeLessThanOrEqual(80);
});

test("descriptions wrap below themselves; long flags have a line of their own", async () => {
  const { out } = await call("run", "stream", "--help");
  expect(out).toContain(
    [
      "  --duration-s N             how long it sends, in seconds; of these the tool",
      "                             leaves out the first and the last quarter (default",
      "                             4)",
      "  --a-very-long-name-of-an-option X",
      "                             with words of its own",
      "  --reverse                  (default false)",
    ].join("\n"),
  );
});

test("without a command the help goes to stderr and the exit status says usage", async () => {
  const { code, out, err } = await call();
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain("Usage");
});

test("--version prints the version", async () => {
  expect(await call("--version")).toEqual({ code: 0, out: "1.2.3\n", err: "" });
});
