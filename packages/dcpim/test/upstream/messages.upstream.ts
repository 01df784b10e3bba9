import { beforeAll, describe, expect, test } from "vitest";
import { main } from "../../src/main.js";
import { keepResults, metricOf, runInGuests, spoiledBy } from "../support/guest-runs.js";
import { mirror, noMirror } from "../support/mirror.js";

const copy = mirror();
keepResults();

describe.skipIf(copy === undefined)(
  copy === undefined ? noMirror : "messages of upstream's programs in two guests",
  () => {
    beforeAll(async () => {
      expect(await main(["build", "--testbed", "vm", "--mirror", copy ?? ""])).toBe(0);
    }, 600_000);

    test("round trips of the largest messages over two connections", async () => {
      const { record } = await runInGuests(
        ...["ping-pong", "ping-pong", "--duration-s", "4", "--message-bytes", "131072"],
        ...["--clients", "2", "--sweep", "protocol=dcpim,tcp"],
      );
      expect(record.trials).toHaveLength(2);
      for (const trial of record.trials) {
        expect(spoiledBy(trial)).toEqual([]);
        expect(metricOf(trial, "roundTripLatency.p50")).toBeGreaterThan(1e-5);
        expect(metricOf(trial, "messageRate")).toBeGreaterThan(0.1);
      }
    }, 900_000);

    test("by the guests' own clocks there is no latency, by name", async () => {
      const { code, record } = await runInGuests(
        ...["own-clock", "short-messages", "--clients", "2", "--clock", "own", "--duration-s", "4"],
      );
      expect(code).toBe(1);
      const rules = record.trials.flatMap(({ verdict }) => verdict.reasons.map(({ rule }) => rule));
      expect(rules).toContain("clock.offset");
    }, 900_000);
  },
);
