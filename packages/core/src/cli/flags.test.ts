import { isHoststackError } from "@hoststack/tools";
import { expect, test } from "vitest";
import { z } from "zod";
import { flagsOf, parseFlags } from "./flags.js";

const flags = flagsOf(
  z.strictObject({
    messageBytes: z.int().default(16).describe("size of a message"),
    protocol: z.enum(["tcp", "udp"]).default("tcp"),
    rateGbps: z.number().optional(),
    reverse: z.boolean().default(false),
  }),
);

test("flags follow from the schema: names, types, choices, defaults", () => {
  expect(flags).toMatchObject([
    { name: "message-bytes", type: "integer", default: 16, description: "size of a message" },
    { name: "protocol", type: "string", choices: ["tcp", "udp"], default: "tcp" },
    { name: "rate-gbps", type: "number" },
    { name: "reverse", type: "boolean", default: false },
  ]);
});

test("values get the types of their properties and words stay words", () => {
  const argv = ["send", "--message-bytes", "64", "--rate-gbps=2.5", "--reverse"];
  expect(parseFlags(argv, flags)).toEqual({
    words: ["send"],
    values: { messageBytes: 64, rateGbps: 2.5, reverse: true },
  });
});

const errorOf = (argv: string[]): unknown => {
  try {
    return parseFlags(argv, flags);
  } catch (error) {
    return error;
  }
};

test.each([
  [["--mesage-bytes", "1"], "--mesage-bytes", "--message-bytes"],
  [["--message-bytes", "1.5"], "--message-bytes", undefined],
  [["--message-bytes", "many"], "--message-bytes", undefined],
  [["--rate-gbps", ""], "--rate-gbps", undefined],
  [["--message-bytes"], "--message-bytes", undefined],
])("%j is refused with the name of the flag", (argv, named, meant) => {
  const error = errorOf(argv);
  if (!isHoststackError(error, "OPTIONS_INVALID")) throw new Error("not refused");
  expect(error.message).toContain(named);
  if (meant !== undefined) expect(error.remedy).toContain(meant);
});
