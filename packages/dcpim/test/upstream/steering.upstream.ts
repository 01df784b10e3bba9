import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { upstream } from "../../src/programs.js";
import {
  clusterPlan,
  ethtoolLines,
  longFlowPlan,
  shortMessagePlan,
} from "../../src/steering/plans.js";
import { mirror, noMirror } from "../support/mirror.js";

const copy = mirror();

/** A file of upstream's kernel implementation. */
const upstreamFile = (path: string): string =>
  execFileSync("git", ["-C", copy ?? "", "show", `${upstream.commit}:kernel_impl/${path}`], {
    encoding: "utf8",
  });

/** The rules among commands, with fields in one order and without what differs by host. */
const rulesOf = (text: string): string[] =>
  text
    .split("\n")
    .filter((line) => /^\s*(?:sudo )?ethtool -U /.test(line))
    .map((line) => {
      const word = (name: string) => new RegExp(`${name} (\\d+)`).exec(line)?.[1];
      return `ethtool -U lab0 flow-type tcp4 src-port ${word("src-port")} dst-port ${word("dst-port")} action ${word("action")} loc ${word("loc")}`;
    });

const generated = (path: string, ...argv: string[]): string[] =>
  rulesOf(execFileSync("python3", ["-", ...argv], { input: upstreamFile(path), encoding: "utf8" }));

describe.skipIf(copy === undefined)(
  copy === undefined ? noMirror : "upstream's own generators",
  () => {
    test("long flows", () => {
      const own = ethtoolLines(longFlowPlan(), "lab0");
      expect(generated("ethtool.py")).toEqual(own);
      expect(rulesOf(upstreamFile("host_setup.sh"))).toEqual(own);
      expect(rulesOf(upstreamFile("target_setup.sh"))).toEqual(own);
    });

    test("short messages", () => {
      const own = (role: "client" | "server") => ethtoolLines(shortMessagePlan(role), "lab0");
      expect(rulesOf(upstreamFile("host_setup_short.sh"))).toEqual(own("client"));
      expect(rulesOf(upstreamFile("target_setup_short.sh"))).toEqual(own("server"));
    });

    test.each([1, 3, 8])("host %i of a cluster of eight", (index) => {
      const own = (queues: "apart" | "shared") =>
        ethtoolLines(clusterPlan({ hosts: 8, index, queues }), "lab0");
      const argv = ["8", String(index)];
      expect(generated("cloudlab_script/ethtool.py", ...argv)).toEqual(own("shared"));
      expect(generated("cloudlab_script/ethtool_sep.py", ...argv)).toEqual(own("apart"));
    });
  },
);
