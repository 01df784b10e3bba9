import type { Step } from "@hoststack/core";
import { describe, expect, test } from "vitest";
import { hostView } from "../../test/support/host.js";
import { publishedSettingsText } from "./published-settings.js";
import { shortMessageSamples } from "./short-message-result.js";
import { shortMessages } from "./short-messages.js";

const file = {
  ...{ name: "dcpim_module", path: "/m.ko", release: "6.1.0-56-amd64", vermagic: "x" },
  sha256: "a".repeat(64),
};
const host = hostView({
  ...{ host: "server", cpus: 4 },
  // whatever it is asked for
  modules: new Proxy({}, { get: () => file }),
});

async function chosen(given: Readonly<Record<string, unknown>>) {
  const outcome = await shortMessages.options["~standard"].validate(given);
  if ("value" in outcome) return outcome.value;
  throw new Error(outcome.issues.map(({ message }) => message).join());
}

async function stepsFor(given: Readonly<Record<string, unknown>>): Promise<readonly Step[]> {
  return shortMessages.conditions?.(await chosen(given), host) ?? [];
}

const withoutModule = (steps: readonly Step[]) => steps.slice(0, -1).map(({ title }) => title);

describe("short messages under upstream's own settings of each protocol", () => {
  test("TCP: a packet for a message, nothing merged or cut, and the driver chooses when to interrupt", async () => {
    const steps = await stepsFor({ protocol: "tcp", asPublished: true });
    // dcPIM sends nothing that would have to be kept to this MTU
    expect(withoutModule(steps)).toEqual([
      "set the MTU of lab0 to 116 bytes",
      "set the interrupt coalescing of lab0 to adaptive-rx on adaptive-tx on",
      "switch offloads of lab0: tso off gso off gro off lro off",
    ]);
    const each = { protocol: "tcp", connections: "per-message", messageBytes: 1024 };
    const other = await stepsFor({ ...each, asPublished: true });
    expect(withoutModule(other)).toContain("set the MTU of lab0 to 1076 bytes");
    expect(withoutModule(other).slice(1)).toEqual(withoutModule(steps).slice(1));
  });

  test("dcPIM: large packets, merged, an interrupt after 6 us", async () => {
    expect(withoutModule(await stepsFor({ asPublished: true }))).toEqual([
      "set the MTU of lab0 to 9000 bytes",
      "set the interrupt coalescing of lab0 to adaptive-rx off adaptive-tx off rx-usecs 6",
      "switch offloads of lab0: tso off gso off gro on lro off",
      "hand lab0 at most 9000 bytes to be cut",
    ]);
  });

  test.each(["dcpim", "tcp"])(
    "%s: they take the place of a profile's, once each",
    async (protocol) => {
      const steps = await stepsFor({ protocol, profile: "short", asPublished: true });
      const ids = steps.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const titles = withoutModule(steps).join("\n");
      expect(titles).toContain(protocol === "tcp" ? "adaptive-rx on" : "rx-usecs 6");
      expect(titles).not.toContain("rx-usecs 3");
      // the profile's rules are written after it, so those of others go as in the profile
      expect(titles).toMatch(/switch offloads of lab0: .* ntuple off.*47 rules/s);
    },
  );

  test("all of it is undone after the trial, which upstream never does", async () => {
    for (const protocol of ["dcpim", "tcp"]) {
      const steps = await stepsFor({ protocol, asPublished: true });
      expect(steps.filter(({ lifetime }) => lifetime !== "scoped")).toEqual([]);
    }
  });

  test("both protocols have the same settings unless it is asked for", async () => {
    const [dcpim, tcp] = await Promise.all(
      ["dcpim", "tcp"].map((protocol) => stepsFor({ protocol })),
    );
    expect(tcp?.map(({ title }) => title)).toEqual(dcpim?.map(({ title }) => title));
  });

  test("a message no MTU is large enough for is refused by name", async () => {
    const largest = { protocol: "tcp", asPublished: true, messageBytes: 131_072 };
    await expect(chosen(largest)).rejects.toThrow(/MTU of TCP is its size and 52 bytes: 65484/);
    await expect(chosen({ ...largest, messageBytes: 65_484 })).resolves.toBeDefined();
    await expect(chosen({ ...largest, protocol: "dcpim" })).resolves.toBeDefined();
  });

  test("a record says that they were, in its title and with every figure of messages", async () => {
    const options = await chosen({ protocol: "tcp", asPublished: true });
    expect(shortMessages.title(options)).toBe("TCP one-way latency, 64 B, as published");
    const settings = publishedSettingsText(options);
    expect(settings).toBe(
      "unequal, TCP's own as published: MTU 116 B, GRO, GSO, TSO and LRO off, adaptive coalescing",
    );
    const figures = shortMessageSamples({
      client: { sent: [], complaints: [] },
      server: { received: [], complaints: [] },
      ...{ messagesPerS: 100, throughputGbps: 1, settings },
    });
    expect(figures.map(({ definition }) => definition?.includes(settings))).toEqual([true, true]);
  });
});
