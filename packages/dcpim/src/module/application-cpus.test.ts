import { expect, test } from "vitest";
import { hostView } from "../../test/support/host.js";
import { applicationCpus } from "./application-cpus.js";

/** Four CPUs on two nodes in turn, as upstream's four-socket servers number theirs, and a card on one of them. */
function twoNodes(nicNode: number) {
  const view = hostView({ host: "server", cpus: 4 });
  const cpus = view.facts.cpuTopology.cpus.map((one) => ({ ...one, node: one.cpu % 2 }));
  return {
    nic: "lab0",
    facts: { ...view.facts, cpuTopology: { cpus }, nicNodes: { lab0: nicNode } },
  };
}

test("applications are near the card, beside the matching CPU", () => {
  expect(applicationCpus(twoNodes(1), 3)).toEqual([1]);
  expect(applicationCpus(twoNodes(0), 3)).toEqual([0, 2]);
});

test("a card that is on no node leaves all CPUs, and one node without a free CPU those of the others", () => {
  expect(applicationCpus(twoNodes(-1), 3)).toEqual([0, 1, 2]);
  const single = hostView({ host: "server", cpus: 2 });
  expect(applicationCpus(single, 1)).toEqual([0]);
  const alone = hostView({ host: "server", cpus: 1 });
  expect(applicationCpus(alone, 0)).toEqual([0]);
});
