import { applyPlan, applyScoped, makePlan, openTestbed } from "@hoststack/core";
import { describe, expect, test } from "vitest";
import { driverResetCommands } from "../../src/devmem/receiver/driver-reset.js";
import { receiverSteps } from "../../src/devmem/receiver/receiver-steps.js";
import { settledCommand } from "../../src/devmem/receiver/settled-command.js";
import { openCardHost } from "../support/gve-card.js";

const root = process.getuid?.() === 0;
const purpose = "a test";

/** What tcp_stream does to its NIC once its own reset is done, and leaves. */
const leaves = `
ethtool -N "$1" flow-type tcp4 dst-port 12345 queue 8
ethtool --set-priv-flags "$1" enable-strict-header-split on
ethtool --set-rxfh-indir "$1" equal 8
echo throughput=1.00
exit "$2"
`;

describe.skipIf(!root)("receivers in namespaces", () => {
  test.each(["legacy-tcpd", "mainline"] as const)(
    "a virtual NIC is refused by %s with every reason, and stays as it is",
    async (engine) => {
      await using testbed = await openTestbed({ kind: "netns", hosts: ["client", "server"] });
      const [host] = testbed.hosts;
      const end = testbed.links[0].ends.find((one) => one.host === host?.name);
      if (host === undefined || end === undefined) throw new Error("no host");
      const { nic } = end;
      const settings = async () => {
        const show = `ethtool -k ${nic}; ethtool -l ${nic}; ip -o link show ${nic}`;
        return (await host.run({ argv: ["sh", "-c", show] })).stdout;
      };
      const before = await settings();
      expect(before).toContain("ntuple-filters");
      const steps = receiverSteps(engine, { nic, mtuBytes: 8244 });
      const plan = await makePlan([{ host, steps }]);
      const reasons = plan.impossible.map(({ reason }) => reason).join("\n");
      expect(reasons).toContain("ntuple-filters off [fixed]");
      expect(reasons).toContain(
        engine === "mainline"
          ? `the driver of ${nic} has no ring sizes`
          : `the driver of ${nic} has no private flags`,
      );
      await expect(applyPlan(plan)).rejects.toMatchObject({ code: "PLAN_IMPOSSIBLE" });
      await expect(applyScoped(plan, { purpose })).rejects.toMatchObject({
        code: "PLAN_IMPOSSIBLE",
      });
      expect(await settings()).toBe(before);
    },
  );

  test("a card is reset, used and set back, whatever the program leaves", async () => {
    await using card = await openCardHost();
    const { host, nic } = card;
    const before = await card.state();
    const steps = receiverSteps("legacy-tcpd", { nic });
    {
      const plan = await makePlan([{ host, steps }]);
      expect(plan.impossible).toEqual([]);
      await using _ = await applyScoped(plan, { purpose });
      const reset = await card.state();
      expect(reset).toBe(
        "enable-header-split off\nenable-max-rx-buffer-size on\nenable-strict-header-split off\nequal 16\nntuple on\n",
      );
      expect((await makePlan([{ host, steps }])).changes).toBe(0);
      const program = ["sh", "-c", leaves, "sh", nic, "7"];
      const argv = settledCommand(program, driverResetCommands(nic));
      const ended = await host.run({ argv }, { reject: false });
      expect(ended).toMatchObject({ exitCode: 7, stdout: "throughput=1.00\n", stderr: "" });
      expect(await card.state()).toBe(reset);
    }
    expect(await card.state()).toBe(before);
  });

  test("a command that fails ends the reset and is undone", async () => {
    await using card = await openCardHost();
    const { host, nic } = card;
    const before = await card.state();
    await card.breakFlag("enable-max-rx-buffer-size");
    const plan = await makePlan([{ host, steps: receiverSteps("legacy-tcpd", { nic }) }]);
    await expect(applyScoped(plan, { purpose })).rejects.toMatchObject({
      code: "PLAN_FAILED",
      message: expect.stringContaining("Input/output error"),
    });
    expect(await card.state()).toBe(before);
  });

  test("what cannot be set back after a program is told", async () => {
    await using card = await openCardHost();
    const { host, nic } = card;
    await card.breakFlag("enable-max-rx-buffer-size");
    const argv = settledCommand(["true"], driverResetCommands(nic));
    const { exitCode, stderr } = await host.run({ argv }, { reject: false });
    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      `not set back: ethtool --set-priv-flags ${nic} enable-max-rx-buffer-size on ended with 1`,
    );
  });

  test("steering rules of others keep a card from being reset", async () => {
    await using card = await openCardHost();
    const { host, nic } = card;
    await host.run({ argv: ["ethtool", "-N", nic, "flow-type", "tcp4"] });
    const plan = await makePlan([{ host, steps: receiverSteps("legacy-tcpd", { nic }) }]);
    expect(plan.impossible.map(({ reason }) => reason)).toEqual([
      `${nic} has 1 steering rule, which would be wiped`,
    ]);
  });
});
