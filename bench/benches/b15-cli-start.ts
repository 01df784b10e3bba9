import { join } from "node:path";
import type { Bench, Comparison } from "../harness/bench.js";
import { child } from "../harness/child.js";
import { repository } from "../harness/repository.js";

const bin = join(repository, "packages/rdma-lab/dist/bin.js");

const start = (flag: string): Comparison => ({
  name: `rdma-lab ${flag} : node -e 0`,
  ours: child([process.execPath, bin, flag]),
  peer: child([process.execPath, "-e", "0"]),
  atMost: 1.5,
  pairs: 21,
});

/** The start of a system's command line. */
export const cliStart: Bench = {
  id: "B15",
  title: "Command line answers `--version` and `--help`",
  terms: "The built command line beside node doing nothing.",
  open: () =>
    Promise.resolve({
      comparisons: [start("--version"), start("--help")],
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
};
