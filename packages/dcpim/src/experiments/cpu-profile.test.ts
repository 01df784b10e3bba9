import { describe, expect, test } from "vitest";
import { contextOf } from "../../test/support/host.js";
import { perfFact, perfRequirements } from "../doctor/perf-requirement.js";
import { incast } from "./incast.js";
import { longFlows } from "./long-flows.js";
import { pingPong } from "./ping-pong.js";
import { redirectedIperf3 } from "./redirected-iperf3.js";

const experiments = { longFlows, incast, pingPong, redirectedIperf3 };

async function specsOf(name: keyof typeof experiments, given: Readonly<Record<string, unknown>>) {
  const experiment = experiments[name];
  const outcome = await experiment.options["~standard"].validate(given);
  if (!("value" in outcome)) throw new Error(outcome.issues[0]?.message);
  return experiment.processes(contextOf(outcome.value) as never);
}

describe.each(Object.keys(experiments) as (keyof typeof experiments)[])("%s", (name) => {
  test("profiles the server's CPUs from before clients begin until they have ended", async () => {
    const plain = await specsOf(name, { durationS: 20 });
    const specs = await specsOf(name, { durationS: 20, perf: true });
    expect(specs.map(({ argv }) => argv).slice(0, -1)).toEqual(plain.map(({ argv }) => argv));
    const perf = specs.at(-1);
    expect(perf).toMatchObject({ id: "perf", host: "server", ends: "itself" });
    expect(perf?.argv.slice(-2)).toEqual(["199", "22"]);
    const clients = specs.filter(({ host }) => host === "client");
    expect(clients.length).toBeGreaterThan(0);
    expect(clients.every(({ after }) => after?.includes("perf"))).toBe(true);
    // nothing waits for itself, and a server that waits for the end of the profile outlasts it
    const servers = specs.filter(({ host, id }) => host === "server" && id !== "perf");
    expect(perf?.after).toEqual(servers.map(({ id }) => id));
    for (const { deadlineMs } of servers) {
      expect(deadlineMs).toBeGreaterThan(perf?.deadlineMs ?? Number.POSITIVE_INFINITY);
    }
  });

  test("does not unless it is asked for", async () => {
    expect((await specsOf(name, {})).map(({ id }) => id)).not.toContain("perf");
  });
});

test("a host without a perf that runs is refused, with what to do, where a profile is wanted", () => {
  const version = (text: string) => perfFact.parser.parse(text).version;
  expect(version("perf version 6.1.187\n")).toBe("6.1.187");
  expect(version("")).toBeUndefined();
  expect(perfRequirements(undefined, { wanted: true })).toEqual([
    expect.objectContaining({
      what: "perf",
      state: "unmet",
      remedy: expect.stringMatching(/linux-perf/),
    }),
  ]);
  expect(perfRequirements("6.1.187", { wanted: true })).toMatchObject([{ state: "met" }]);
  expect(perfRequirements(undefined, { wanted: false })).toEqual([]);
});
