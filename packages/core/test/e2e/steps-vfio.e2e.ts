import { beforeAll, describe, expect, test, vi } from "vitest";
import { applyScoped } from "../../src/plan/apply-scoped.js";
import { makePlan } from "../../src/plan/plan.js";
import { deviceDriverStep } from "../../src/steps/device/driver.js";
import { iommuAdvice, readIommuState } from "../../src/steps/device/iommu.js";
import { stepContract } from "../../src/testing/step-contract.js";
import { cardGuest } from "../support/card-guest.js";
import { temporaryDirectory } from "../support/step-hosts.js";

const driver = "vfio-pci";

/** A card behind an emulated IOMMU, as programs that drive cards themselves want it. */
describe("a card of a guest with an IOMMU", () => {
  const card = cardGuest("e1000", [driver], { iommu: true });
  let device: string;
  beforeAll(async () => {
    await card.output(`modprobe ${driver}`);
    device = (await card.output("basename $(readlink /sys/class/net/lab0/device)")).trim();
  });

  test("the IOMMU is told, and needs no advice", async () => {
    const state = await readIommuState(card.host());
    expect(state).toMatchObject({ firmware: "Intel", kernelArguments: [] });
    expect(state.groups).toBeGreaterThan(2);
    expect(iommuAdvice(state)).toBeUndefined();
  });

  stepContract("vfio-pci", () => card.caseOf(deviceDriverStep({ device, driver })));

  test("programs find its group while it is given away, and packets pass once it is back", async () => {
    await using directory = await temporaryDirectory();
    vi.stubEnv("XDG_STATE_HOME", directory.path);
    const group = await card.output(
      `basename $(readlink /sys/bus/pci/devices/${device}/iommu_group)`,
    );
    const before = await card.surroundings();
    const shown = () => card.output("ls /dev/vfio; ls -d /sys/class/net/lab0 2>/dev/null");
    {
      const plan = await makePlan([
        { host: card.host(), steps: [deviceDriverStep({ device, driver })] },
      ]);
      await using scoped = await applyScoped(plan, { purpose: "test" });
      expect(scoped.report.changes).toBe(1);
      expect((await shown()).trim().split("\n")).toEqual([group.trim(), "vfio"]);
    }
    expect(await shown()).toBe("vfio\n/sys/class/net/lab0\n");
    expect(await card.surroundings()).toBe(before);
    expect(await card.output("ping -c 2 -i 0.2 -W 5 10.77.0.2")).toContain(" 0% packet loss");
  });

  test("the card of the SSH session stays with its driver", async () => {
    const management = await card.output("basename $(readlink -f /sys/class/net/mgmt0/device/..)");
    expect(
      await card.decisionOn(deviceDriverStep({ device: management.trim(), driver })),
    ).toMatchObject({ reason: "mgmt0 carries the default route or this SSH session" });
  });
});
