import { describe, expect, test } from "vitest";
import { canonicalAddress, carriersOf, readInterfaces } from "./interfaces.js";

// as iproute2 6.1 prints them
const link = String.raw`1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
2: eno1: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500 qdisc mq master bond0 state UP mode DEFAULT group default qlen 1000\    link/ether 52:54:00:00:00:01 brd ff:ff:ff:ff:ff:ff
3: ens1: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 9000 qdisc mq state DOWN mode DEFAULT group default qlen 1000\    link/ether 52:54:00:00:00:02 brd ff:ff:ff:ff:ff:ff
4: bond0: <BROADCAST,MULTICAST,MASTER,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000\    link/ether 52:54:00:00:00:01 brd ff:ff:ff:ff:ff:ff
5: bond0.7@bond0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000\    link/ether 52:54:00:00:00:01 brd ff:ff:ff:ff:ff:ff
6: lab0@if5: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state DOWN mode DEFAULT group default qlen 1000\    link/ether 1a:71:e2:c5:a7:e9 brd ff:ff:ff:ff:ff:ff link-netnsid 1
`;
const addr = String.raw`1: lo    inet 127.0.0.1/8 scope host lo\       valid_lft forever preferred_lft forever
4: bond0    inet6 fe80::5054:ff:fe00:1/64 scope link \       valid_lft forever preferred_lft forever
4: bond0    inet6 2001:db8::1/64 scope global \       valid_lft forever preferred_lft forever
4: bond0    inet 192.0.2.1/24 brd 192.0.2.255 scope global bond0\       valid_lft forever preferred_lft forever
5: bond0.7    inet 10.7.0.1 peer 10.7.0.2/32 scope global bond0.7\       valid_lft forever preferred_lft forever
`;

const interfaces = readInterfaces(link, addr);
const named = (name: string) => interfaces.find((one) => one.name === name);

test("states, sizes, hardware and addresses are read, IPv4 first", () => {
  expect(interfaces.map(({ name }) => name)).toEqual([
    "lo",
    "eno1",
    "ens1",
    "bond0",
    "bond0.7",
    "lab0",
  ]);
  expect(named("bond0")).toEqual({
    name: "bond0",
    up: true,
    carrier: true,
    mtuBytes: 1500,
    mac: "52:54:00:00:00:01",
    addresses: ["192.0.2.1", "2001:db8::1"],
  });
  expect(named("ens1")).toMatchObject({ up: true, carrier: false, mtuBytes: 9000, addresses: [] });
  expect(named("lab0")).toMatchObject({ up: false, carrier: false });
  expect(named("lab0")).not.toHaveProperty("lower");
  expect(named("bond0.7")).toMatchObject({ lower: "bond0", addresses: ["10.7.0.1"] });
});

test("busybox prints less and is read too", () => {
  const [eth0] = readInterfaces(
    String.raw`2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc pfifo_fast qlen 1000\    link/ether 52:54:00:aa:bb:cc brd ff:ff:ff:ff:ff:ff`,
    String.raw`2: eth0    inet 10.0.2.15/24 brd 10.0.2.255 scope global eth0\       valid_lft forever`,
  );
  expect(eth0).toMatchObject({ mac: "52:54:00:aa:bb:cc", addresses: ["10.0.2.15"], carrier: true });
});

describe("what carries an interface's traffic", () => {
  test.each([
    ["bond0.7", ["bond0", "bond0.7", "eno1"]],
    ["eno1", ["eno1"]],
    ["lab0", ["lab0"]],
  ])("%s", (name, expected) => {
    expect([...carriersOf(name, interfaces)].sort()).toEqual(expected);
  });
});

test("two spellings of an IPv6 address are one", () => {
  expect(canonicalAddress("FD00:0:0::1")).toBe(canonicalAddress("fd00::1"));
  expect(canonicalAddress("10.0.0.1")).toBe("10.0.0.1");
});
