import { expect, test } from "vitest";
import type { TrialRecord } from "../result/record.js";
import { busyCpus } from "./busy-cpus.js";

const trial = (...uses: (readonly [hosts: string, busy: number, unaccounted?: number])[]) =>
  ({
    cpu: uses.map(([hosts, busy, unaccountedCpus = 0]) => ({
      ...{ machine: hosts, hosts: hosts.split("+"), windowS: 2, edgeErrorS: 0 },
      ...{ busyCpus: busy, unaccountedCpus, cores: [] },
    })),
  }) as unknown as TrialRecord;

const roles = { client: ["n3", "n4"], server: ["n1"] };

test("two machines are told each by itself, in whatever role", () => {
  const one = trial(["a", 1], ["b", 0.5, 0.25]);
  expect(busyCpus([one], { roles: { client: ["a"], server: ["b"] } })).toBe("a 1.00, b 0.50..0.75");
  expect(busyCpus([one], {})).toBe("a 1.00, b 0.50..0.75");
  expect(busyCpus([], {})).toBe("-");
});

test("more of them are told by role as well, with the sum of their medians", () => {
  const trials = [1, 2, 3].map((busy) => trial(["n1", 2], ["n3", busy], ["n4", 0.5, 0.5]));
  expect(busyCpus(trials, { roles })).toBe(
    "clients 2.50..3.00 (n3 2.00, n4 0.50..1.00); servers 2.00 (n1 2.00)",
  );
});

test("hosts in both roles are peers; namespaces of one machine cannot be told apart", () => {
  const peers = ["a", "b", "c"];
  const three = trial(["a", 1], ["b", 1], ["c", 2]);
  expect(busyCpus([three], { roles: { client: peers, server: peers } })).toBe(
    "peers 4.00 (a 1.00, b 1.00, c 2.00)",
  );
  const shared = trial(["n1+n3", 2], ["n4", 1], ["n5", 1]);
  expect(busyCpus([shared], { roles })).toBe("n1+n3 2.00, n4 1.00, n5 1.00");
});
