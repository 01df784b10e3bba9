import { expect, test } from "vitest";
import { canaryArgv, type GuestHardware, guestArgv, type Wire, wireKind } from "./qemu-argv.js";
import { parseQemuVersion, type QemuVersion } from "./qemu-version.js";

const hardware: GuestHardware = {
  acceleration: "tcg",
  kernel: "/cache/a,b/kernel",
  initramfs: "/cache/a,b/initramfs",
  memoryMib: 512,
  cpus: 2,
};
const wiring = { managementMac: "52:54:00:aa:00:01", dataMac: "52:54:00:bb:00:01" };
const unix: Wire = { kind: "unix", own: "../wire-1", peer: "../wire-2" };

function version(text: string): QemuVersion {
  const parsed = parseQemuVersion(`QEMU emulator version ${text} (Debian)`);
  if (parsed === undefined) throw new Error(text);
  return parsed;
}

test("the version decides which wire QEMU can have", () => {
  expect(wireKind(version("7.2.22"))).toBe("unix");
  expect(wireKind(version("10.0.2"))).toBe("unix");
  expect(wireKind(version("7.1.0"))).toBe("udp");
  expect(wireKind(version("5.2.0"))).toBe("udp");
  expect(parseQemuVersion("something else 1.2")).toBeUndefined();
});

test("an emulated guest's argv", () => {
  const argv = guestArgv(hardware, { ...wiring, wire: unix });
  expect(argv.join("\n")).toMatchSnapshot();
  expect(argv).toContain("/cache/a,b/kernel");
});

test("an IOMMU stands before the cards", () => {
  const argv = guestArgv({ ...hardware, iommu: true }, { ...wiring, wire: unix });
  const devices = argv.filter((_, index) => argv[index - 1] === "-device");
  expect(devices[0]).toBe("intel-iommu");
});

test("the older wire is a pair of loopback ports", () => {
  const wire: Wire = { kind: "udp", ownPort: 4001, peerPort: 4002 };
  const argv = guestArgv(hardware, { ...wiring, wire });
  expect(argv).toContain("socket,id=data,udp=127.0.0.1:4002,localaddr=127.0.0.1:4001");
});

test("hardware acceleration uses the processor as it is", () => {
  const argv = canaryArgv({ ...hardware, acceleration: "kvm" });
  expect(argv.join(" ")).toContain("-accel kvm -cpu host");
  expect(argv.join(" ")).toContain("hoststack.canary");
  expect(argv.join(" ")).not.toContain("-netdev");
});
