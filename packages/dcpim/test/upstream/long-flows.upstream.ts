import { beforeAll, describe, expect, test } from "vitest";
import { main } from "../../src/main.js";
import { expectQuickstart, keepResults, runInGuests } from "../support/guest-runs.js";
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
      expectQuickstart(record);
    }, 1_200_000);
  },
);
