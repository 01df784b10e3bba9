import type { Fact, HostRequirement } from "@hoststack/core";
import { defineParser } from "@hoststack/tools";
import { z } from "zod";
import { met, unmet } from "./question.js";

/** Debian's is a script that looks for the one of the kernel: only a version tells that there is one. */
const versionScript = "LC_ALL=C perf --version 2>/dev/null || :";

const versionParser = defineParser<{ readonly version?: string | undefined }>({
  name: "perf-version",
  version: 1,
  schema: z.object({ version: z.string().optional() }),
  reader: () => {
    let version: string | undefined;
    return {
      line(text) {
        version ??= /^perf version (\S+)/.exec(text)?.[1];
      },
      end: () => ({ version }),
    };
  },
});

/** Which perf a host has. */
export const perfFact: Fact<{ readonly version?: string | undefined }> = {
  name: "perf-version",
  argv: ["sh", "-c", versionScript],
  parser: versionParser,
};

/** What a profile of the server's CPUs needs of a host; nothing where none is asked for. */
export function perfRequirements(
  version: string | undefined,
  { wanted }: { readonly wanted: boolean },
): HostRequirement[] {
  if (!wanted) return [];
  const about = { what: "perf", wanted: "perf, to profile the server's CPUs" };
  if (version !== undefined) return [met({ ...about, found: version })];
  const remedy =
    "apt-get install linux-perf, or that of its kernel; or leave out --perf; embedded guests of a run with --perf have one";
  return [unmet({ ...about, found: "none that runs" }, remedy)];
}
