import { defineParser } from "@hoststack/tools";
import { z } from "zod";
import type { Fact } from "../../facts/fact.js";
import { protectedNic, reachedScript } from "./nics.js";

/** How a host is reached, for {@link managementReason}. */
export const managementFact: Fact<string> = {
  name: "management",
  argv: ["sh", "-c", reachedScript],
  parser: defineParser<string>({
    name: "management",
    version: 1,
    schema: z.string(),
    reader: () => {
      const lines: string[] = [];
      return { line: (text) => void lines.push(text), end: () => lines.join("\n") };
    },
  }),
};

/**
 * Why steps would refuse to touch a NIC, by the answer to {@link managementFact}: it carries the host's default route or
 * the SSH session. Undefined where it carries neither.
 */
export const managementReason = (nic: string, reached: string): string | undefined =>
  protectedNic(nic, { exitCode: 0, stdout: reached, stderr: "" })?.reason;
