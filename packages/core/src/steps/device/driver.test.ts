import { expect, test } from "vitest";
import type { Answer } from "../../plan/step.js";
import { deviceDriverStep } from "./driver.js";
import { iommuAdvice, parseIommuState } from "./iommu.js";

const said = (stdout: string): Answer => ({ stdout, stderr: "", exitCode: 0 });
const device = "0000:03:00.0";
const own = "driver ixgbe\noverride (null)\nnic ens1f0 up 9000 02:00:00:00:00:01 10.0.0.1/24\n";
const around = (more: string) => said(`user 0\nclass 0x020000\ntarget yes\nunsafe \n${more}`);
const free = "default via 192.0.2.1 dev eno1\nnics\n1: ens1f0: <UP> mtu 9000\n";
const decide = (driver: string, more: string, { seen = own, reached = free } = {}) =>
  deviceDriverStep({ device, driver }).decide(said(seen), [said(reached), around(more)], {
    savedDirectory: "/saved",
  });

test("a card in a group of its own goes to vfio-pci, and comes back as it was", () => {
  const decision = decide("vfio-pci", "group 17\nother 0000:00:02.0 pcieport 0x060400\n");
  if (decision.state !== "needed") throw new Error(JSON.stringify(decision));
  expect(decision.wanted).toBe("driver vfio-pci\noverride vfio-pci\n");
  expect(decision.undo[0]?.argv.slice(4)).toEqual([
    ...[device, "ixgbe", "(null)"],
    "nic ens1f0 up 9000 02:00:00:00:00:01 10.0.0.1/24",
  ]);
});

test.each([
  [["vfio-pci", "group none\n"], /in no IOMMU group/],
  [
    ["vfio-pci", "group 3\nother 0000:03:00.1 ixgbe 0x020000\n"],
    /0000:03:00.1 of the driver ixgbe/,
  ],
  [
    [
      "uio_pci_generic",
      "group none\n",
      { reached: "default via 10.0.0.9 dev ens1f0\nnics\n1: ens1f0: <UP> mtu 9000\n" },
    ],
    /ens1f0 carries the default route/,
  ],
  [
    ["uio_pci_generic", "group none\n", { seen: "driver ixgbe\noverride (null)\n" }],
    /not in this network/,
  ],
  [["uio_pci_generic", "group none\n", { seen: "no such device\n" }], /no PCI device/],
] as const satisfies readonly (readonly [Parameters<typeof decide>, RegExp])[])(
  "refuses %j",
  (asked, reason) => {
    expect(decide(...(asked as Parameters<typeof decide>))).toMatchObject({
      state: "impossible",
      reason: expect.stringMatching(reason),
    });
  },
);

test.each([
  ["groups 12\nfirmware Intel\n", undefined],
  ["groups 0\nfirmware none\n", /^enable the IOMMU in the firmware/],
  ["groups 0\nfirmware AMD\n", /^add amd_iommu=on iommu=pt to the kernel's command line \(/],
  ["groups 0\nfirmware Intel\nargument intel_iommu=off\n", /in place of intel_iommu=off/],
])("what an IOMMU needs: %j", (text, advice) => {
  const given = iommuAdvice(parseIommuState(text));
  if (advice === undefined) expect(given).toBeUndefined();
  else expect(given).toMatch(advice);
});
