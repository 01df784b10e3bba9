import { isHoststackError } from "@hoststack/tools";
import { expect, test } from "vitest";
import { probeCommands, readProbe } from "./probe.js";

const link = String.raw`2: eno1: <BROADCAST,UP,LOWER_UP> mtu 1500\    link/ether 52:54:00:00:00:01 brd ff:ff:ff:ff:ff:ff
3: ens1: <BROADCAST,UP,LOWER_UP> mtu 9000\    link/ether 52:54:00:00:00:02 brd ff:ff:ff:ff:ff:ff`;
const addr = String.raw`2: eno1    inet 192.0.2.7/24 scope global eno1\ valid_lft forever
3: ens1    inet 10.0.0.1/24 scope global ens1\ valid_lft forever`;
const facts = `bootId 3f2b8c1e-5d0a-4b7e-9c46-0a1d2e3f4b5c
hostname node0
user alice
uid 1000
virtual yes
sshAddress 192.0.2.7
sshRoute 198.51.100.9 via 192.0.2.1 dev eno1 src 192.0.2.7 uid 1000`;
const hardware =
  "eno1 1000 igb 0000:01:00.0\nens1 100000 mlx5_core 0000:81:00.0\nlo - - -\nwg0 -1 - -\n";
const rdma = "mlx5_0 ACTIVE ens1\nmlx5_1 DOWN -\n";

const probed = (...texts: string[]) =>
  readProbe(
    "node0",
    probeCommands.map((command, index) => {
      const stdout = texts[index] ?? "";
      return { command, stdout, stderr: "", exitCode: stdout === "missing" ? 127 : 0 };
    }),
  );

test("a host's answers are read", () => {
  const routes =
    "default proto static\n\tnexthop via 192.0.2.1 dev eno1 weight 1\n\tnexthop via 192.0.3.1 dev eno2 weight 1";
  const probe = probed(facts, link, addr, routes, "default via fe80::1 dev eno1", hardware, rdma);
  expect(probe).toMatchObject({
    bootId: "3f2b8c1e-5d0a-4b7e-9c46-0a1d2e3f4b5c",
    hostname: "node0",
    user: { name: "alice", root: false },
    virtual: true,
    defaultRouteNics: ["eno1", "eno2"],
    sshNics: ["eno1"],
    rdma: [
      { device: "mlx5_0", state: "ACTIVE", nic: "ens1" },
      { device: "mlx5_1", state: "DOWN" },
    ],
  });
  expect(probe.hardware.get("ens1")).toEqual({
    speedBitsPerS: 1e11,
    driver: "mlx5_core",
    bus: "0000:81:00.0",
  });
  expect(probe.hardware.get("wg0")).toEqual({});
});

test("a session that does not come by network uses no interface", () => {
  const piped = facts.replace(/ssh(\w+) .*/g, "ssh$1 UNKNOWN");
  expect(probed(piped, link, addr)).toMatchObject({ sshNics: [], sshTold: true });
});

test("a session nobody tells of is not taken for none", () => {
  const cleaned = facts.replace(/\nssh\w+ .*/g, "");
  expect(probed(cleaned, link, addr)).toMatchObject({ sshNics: [], sshTold: false });
});

test("a host without ip, and one that is not Linux, are refused", () => {
  const codeOf = (...texts: string[]) => {
    try {
      probed(...texts);
    } catch (error) {
      return isHoststackError(error) ? error.code : error;
    }
    return undefined;
  };
  expect(codeOf(facts, "missing")).toBe("TOOL_MISSING");
  expect(codeOf("bootId \nhostname mac", link)).toBe("CAPABILITY_MISSING");
});
