import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bench, Figure } from "../harness/bench.js";
import { runChild } from "../harness/child.js";
import { programPath } from "../harness/repository.js";
import { openSshFleet } from "../peers/ssh-fleet.js";

const figure = (name: string, args: readonly string[]): Figure => ({
  ...{ name: `most resident memory, ${name}`, unit: "MiB", atMost: 150 },
  measure: async () => {
    const printed = await runChild([process.execPath, programPath("stream-output"), ...args]);
    return Number(printed) / 2 ** 20;
  },
});

/** Memory of the controller while much output passes. */
export const memory: Bench = {
  id: "M1",
  title: "Controller memory while 1 GiB of output streams through",
  terms: "A process of its own that reads the output of `head -c 1G /dev/zero`, node included.",
  open: async () => {
    const fleet = await openSshFleet(1);
    const options = join(fleet.directory, "options.json");
    await writeFile(options, JSON.stringify(fleet.servers[0]?.options), { mode: 0o600 });
    return {
      figures: [figure("local", []), figure("ssh2", [options])],
      [Symbol.asyncDispose]: fleet[Symbol.asyncDispose],
    };
  },
};
