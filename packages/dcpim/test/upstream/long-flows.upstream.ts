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
  copy === undefined ? noMirror : "upstream in two guests",
  () => {
    beforeAll(async () => {
      expect(await main(["build", "--testbed", "vm", "--mirror", copy ?? ""])).toBe(0);
    }, 600_000);

    test("flows, iperf3, an incast and messages go over dcPIM and TCP, and the module goes without a complaint", async () => {
      const { record } = await runInGuests("quickstart", "quickstart");
      const kinds = ["long", "iperf3", "incast", "round-trip", "messages"];
      expect(record.trials.map(({ variant }) => variant)).toEqual([
        ...kinds.flatMap((kind) => [`dcpim-${kind}`, `tcp-${kind}`]),
        "tcp-messages-each",
      ]);
      for (const trial of record.trials) {
        if (trial.variant.includes("messages")) {
          expectMessages(trial);
          continue;
        }
        expect(spoiledBy(trial), trial.variant).toEqual([]);
        if (trial.variant.endsWith("round-trip")) {
          expect(metricOf(trial, "roundTripLatency.p50")).toBeGreaterThan(1e-5);
        } else expect(metricOf(trial, "goodput")).toBeGreaterThan(1e6);
      }
    }, 1_200_000);
  },
);
