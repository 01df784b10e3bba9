import { expect, test } from "vitest";
import type { Answer } from "../../plan/step.js";
import { linkMtuStep } from "./mtu.js";
import { protectedNic } from "./nics.js";

const said = (stdout: string, exitCode = 0): Answer => ({ stdout, stderr: "", exitCode });

/** As iproute2 6.1 prints it. */
const links = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT
2: eno1: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500 qdisc mq master bond0 state UP
3: ens2f0np0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9000 qdisc mq state UP
4: bond0: <BROADCAST,MULTICAST,MASTER,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
5: bond0.100@bond0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
6: veth0@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
`;
const defaultRoute = "default via 10.0.0.254 dev bond0.100 proto dhcp src 10.0.0.1 metric 100\n";
const session =
  "192.0.2.9 via 10.1.0.254 dev ens2f0np0 src 10.1.0.1 uid 0 \\    cache\ndev ens2f0np0\n";

test.each([
  ["eno1", defaultRoute, /through bond0.100 on top of it/],
  ["bond0", defaultRoute, /through bond0.100/],
  ["bond0.100", defaultRoute, /bond0.100 carries the default route or this SSH session$/],
  ["ens2f0np0", session, /ens2f0np0 carries/],
  ["ens2f0np0", defaultRoute, undefined],
  ["veth0", `${defaultRoute}${session}`, undefined],
])("%s with %j", (nic, routes, reason) => {
  const refused = protectedNic(nic, said(`${routes}nics\n${links}`));
  if (reason === undefined) expect(refused).toBeUndefined();
  else expect(refused?.reason).toMatch(reason);
});

test("nothing is touched where it cannot be told", () => {
  expect(protectedNic("eno1", said("", 127))?.reason).toMatch(/could not be told/);
});

const details =
  "3: ens2f0np0: <UP> mtu 1500 qdisc mq \\    link/ether 00:00 minmtu 68 maxmtu 9978 addrgenmode eui64\n";
const mtu = (mtuBytes: number, seen: string, uid = "0\n") =>
  linkMtuStep({ nic: "ens2f0np0", mtuBytes }).decide(
    said(seen),
    [said(`nics\n${links}`), said(uid), said(details)],
    { savedDirectory: "/saved" },
  );

test("an MTU is one the NIC takes", () => {
  expect(mtu(9000, "9000\n")).toEqual({ state: "satisfied" });
  expect(mtu(9000, "1500\n")).toMatchObject({
    wanted: "9000\n",
    actions: [{ argv: ["ip", "link", "set", "dev", "ens2f0np0", "mtu", "9000"] }],
    undo: [{ argv: ["ip", "link", "set", "dev", "ens2f0np0", "mtu", "1500"] }],
  });
  expect(mtu(1200, "1500\n")).toMatchObject({
    irreversible: expect.arrayContaining([expect.stringContaining("IPv6 addresses")]),
  });
  expect(mtu(9979, "1500\n")).toMatchObject({
    reason: "ens2f0np0 takes an MTU of 68 to 9978 bytes, not 9979",
  });
  expect(mtu(9000, "no such NIC\n")).toMatchObject({ reason: "there is no NIC ens2f0np0" });
  expect(mtu(9000, "1500\n", "1000\n")).toMatchObject({ reason: "only root can change ens2f0np0" });
});
