import { expect, test } from "vitest";
import { hoststackError } from "../errors/error.js";
import { forEachHost, HostOutcomes, tellFailures } from "./host-outcomes.js";
import { recordedChannel } from "./recorded-terminal.js";

const hosts = ["a", "b", "c"].map((name) => ({ host: { name } }));
const unproven = hoststackError("BOOT_UNPROVEN", "b runs another kernel", { remedy: "look at it" });
const lost = hoststackError("HOST_UNREACHABLE", "no way to c", { remedy: "switch it on" });

test("one host that fails takes nothing from the others", async () => {
  const { found, failures } = await forEachHost(hosts, async ({ host }) => {
    if (host.name === "b") throw unproven;
    return host.name;
  });
  expect(found).toEqual(["a", "c"]);
  expect(failures).toEqual([{ host: "b", error: unproven }]);
});

test("outcomes are in the order of the hosts; of whom nothing is told nothing was done", () => {
  const outcomes = new HostOutcomes(["a", "b", "c"]);
  outcomes.tell("c", { verdict: "proven", release: "6.6.6" });
  outcomes.refuse([{ host: "b", error: lost }]);
  expect(outcomes.data()).toEqual([
    { host: "a", verdict: "untouched" },
    {
      ...{ host: "b", verdict: "untouched" },
      error: { code: "HOST_UNREACHABLE", message: "no way to c", remedy: "switch it on" },
    },
    { host: "c", verdict: "proven", release: "6.6.6" },
  ]);
});

test("each error is told; the code is that of the one that explains most", () => {
  const err = recordedChannel();
  const failures = [
    { host: "b", error: unproven },
    { host: "c", error: lost },
  ];
  expect(tellFailures(failures, err)).toBe(4);
  expect(err.text()).toBe(
    [
      "error: b runs another kernel [BOOT_UNPROVEN]",
      "  look at it",
      "error: no way to c [HOST_UNREACHABLE]",
      "  switch it on",
      "",
    ].join("\n"),
  );
  expect(tellFailures(failures.slice(0, 1), err)).toBe(1);
});
