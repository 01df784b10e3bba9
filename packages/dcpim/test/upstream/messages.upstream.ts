import { beforeAll, describe, expect, test } from "vitest";
import { main } from "../../src/main.js";
import {
  expectMessages,
  keepResults,
  metricOf,
  runInGuests,
  spoiledBy,
} from "../support/guest-runs.js";
import { mirror, noMirror } from "../support/mirror.js";

const copy = mirror();
keepResults();

describe.skipIf(copy === undefined)(
  copy === undefined ? noMirror : "messages of upstream's programs in two guests",
  () => {
    beforeAll(async () => {
      expect(await main(["build", "--testbed", "vm", "--mirror", copy ?? ""])).toBe(0);
    }, 600_000);

    test("round trips of small and large messages", async () => {
      const { record } = await runInGuests(
        ...["ping-pong", "ping-pong", "--duration-s", "6"],
        ...["--sweep", "protocol=dcpim,tcp", "--sweep", "message-bytes=64,131072"],
      );
      expect(record.trials).toHaveLength(4);
      for (const trial of record.trials) {
        expect(spoiledBy(trial)).toEqual([]);
        expect(metricOf(trial, "roundTripLatency.p50")).toBeGreaterThan(1e-5);
        expect(metricOf(trial, "messageRate")).toBeGreaterThan(1);
      }
    }, 900_000);

    test("one-way latency of two clients", async () => {
      const { record } = await runInGuests(
        ...["clients", "short-messages", "--clients", "2", "--duration-s", "6"],
        ...["--messages-per-s", "20", "--sweep", "protocol=dcpim,tcp"],
      );
      expect(record.trials).toHaveLength(2);
      for (const trial of record.trials) expectMessages(trial);
    }, 900_000);

    test("by the guests' own clocks there is no latency, by name", async () => {
      const { code, record } = await runInGuests(
        ...["own-clock", "short-messages", "--clock", "own", "--duration-s", "4"],
      );
      expect(code).toBe(1);
      expect(record.trials.flatMap(spoiledBy)).toContain("clock.offset");
    }, 900_000);
  },
);
