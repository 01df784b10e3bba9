import { beforeAll, describe, expect, test } from "vitest";
import { main } from "../../src/main.js";
import { goodRun, keepResults, metricOf, runInGuests } from "../support/guest-runs.js";
import { mirror, noMirror } from "../support/mirror.js";

const copy = mirror();
keepResults();

describe.skipIf(copy === undefined)(
  copy === undefined ? noMirror : "messages of upstream's programs in two guests",
  () => {
    beforeAll(async () => {
      expect(await main(["build", "--testbed", "vm", "--mirror", copy ?? ""])).toBe(0);
    }, 600_000);

    test("round trips over dcPIM and TCP", async () => {
      const trials = await goodRun(
        ...["ping-pong", "ping-pong", "--duration-s", "8"],
        ...["--sweep", "protocol=dcpim,tcp", "--sweep", "message-bytes=64,16384"],
      );
      expect(trials).toHaveLength(4);
      for (const trial of trials) {
        expect(metricOf(trial, "roundTripLatency.p50")).toBeGreaterThan(1e-5);
        expect(metricOf(trial, "roundTripLatency.p99")).toBeLessThan(5);
        expect(metricOf(trial, "messageRate")).toBeGreaterThan(1);
      }
    }, 600_000);

    test("one-way latency over dcPIM, over a TCP connection, and over one for each message", async () => {
      const over = async (name: string, ...argv: string[]) => {
        const own = ["--clients", "2", "--duration-s", "8", "--messages-per-s", "20"];
        const [trial] = await goodRun(name, "short-messages", ...own, ...argv);
        if (trial === undefined) throw new Error("a run has its trial");
        expect(metricOf(trial, "oneWayLatency.p50")).toBeGreaterThan(1e-6);
        expect(metricOf(trial, "clockError")).toBeLessThan(1e-3);
        expect(metricOf(trial, "messageRate")).toBeGreaterThan(10);
      };
      await over("dcpim");
      await over("tcp", "--protocol", "tcp");
      await over("tcp-each", "--protocol", "tcp", "--connections", "per-message");
    }, 600_000);

    test("by the guests' own clocks there is no latency, by name", async () => {
      const { code, record } = await runInGuests(
        ...["own-clock", "short-messages", "--clock", "own", "--duration-s", "4"],
      );
      expect(code).toBe(4);
      const rules = record.trials[0]?.verdict.reasons.map(({ rule }) => rule);
      expect(rules).toContain("clock.offset");
    }, 600_000);
  },
);
