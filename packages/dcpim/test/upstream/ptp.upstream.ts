import { beforeAll, describe, expect, test, vi } from "vitest";
import { main } from "../../src/main.js";
import { keepResults, metricOf, runInGuests } from "../support/guest-runs.js";
import { mirror, noMirror } from "../support/mirror.js";

const copy = mirror();
keepResults();

describe.skipIf(copy === undefined)(
  copy === undefined ? noMirror : "short messages on clocks that PTP keeps, in two guests",
  () => {
    beforeAll(async () => {
      expect(await main(["build", "--testbed", "vm", "--mirror", copy ?? ""])).toBe(0);
    }, 600_000);

    test("clocks are set by gPTP with the kernel's stamps, watched, and told in the record", async () => {
      const { record } = await runInGuests(
        ...["ptp", "short-messages", "--protocol", "tcp", "--clock", "ptp"],
        ...["--ptp-stamps", "software", "--clock-bound-us", "20000"],
      );
      const [trial] = record.trials;
      if (trial === undefined) throw new Error("there is no trial");
      expect(trial.error).toBeUndefined();
      const { ptp } = trial.result as { ptp: Record<"client" | "server", { settled: boolean }> };
      expect([ptp.client.settled, ptp.server.settled]).toEqual([true, true]);
      expect(metricOf(trial, "clockError")).toBeGreaterThan(0);
      expect(metricOf(trial, "clockError")).toBeLessThan(0.02);
      // guests are seconds apart or a busy machine makes them wander; what is left then is named
      const named = ["latency.negative", "clock.offset", "clock.ptp", "latency.saturated"];
      const rules = trial.verdict.reasons.filter(({ state }) => state === "invalid");
      expect(rules.filter(({ rule }) => !named.includes(rule))).toEqual([]);
    }, 900_000);

    test("without a clock in the card it is refused before a trial, with what to do", async () => {
      const said = vi.spyOn(process.stderr, "write");
      const code = await main(["run", "short-messages", "--clock", "ptp", "--testbed", "vm"]);
      const text = said.mock.calls.map(([words]) => String(words)).join("");
      expect(code).toBe(3);
      expect(text).toMatch(/link:lab0:ptp on client: .*no hardware-transmit.*PTP hardware clock/);
      expect(text).toContain("software time stamps");
    }, 600_000);
  },
);
