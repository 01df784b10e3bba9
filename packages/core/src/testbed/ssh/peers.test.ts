import { describe, expect, test } from "vitest";
import type { Interface } from "./interfaces.js";
import { type PeerQuestion, whyUnconfirmed } from "./peers.js";

const card = (name: string, mac: string): Interface => ({
  ...{ name, mac, up: true, carrier: true, mtuBytes: 1500, addresses: [] },
});

const mac = "52:54:00:00:00:02";
const interfaces = [card("eth1", mac), card("eth2", "52:54:00:00:00:03")];

const asked: PeerQuestion = {
  nic: "ens1",
  peer: { host: "server", nic: "eth1", address: "10.0.0.2", mac, interfaces },
};

const direct = "route 10.0.0.2 dev ens1 src 10.0.0.1 uid 0 \\    cache";
const neighbour = (address: string, state = "REACHABLE") =>
  `neighbour 10.0.0.2 dev ens1 lladdr ${address} ref 1 used 0/0/0 probes 1 ${state}`;

describe("a peer is confirmed", () => {
  test.each([
    ["when it answers with its own card", [direct, "answered", neighbour(mac)]],
    ["when only its card answers, as where ICMP is filtered", [direct, neighbour(mac)]],
    ["when a host prints addresses in capitals", [direct, neighbour(mac.toUpperCase())]],
  ])("%s", (_, lines) => {
    expect(whyUnconfirmed(asked, lines.join("\n"))).toBeUndefined();
  });

  test("when it answers on a link without hardware addresses", () => {
    const bare = { ...asked, peer: { ...asked.peer, mac: undefined } };
    const printed = [direct, "answered", "neighbour "].join("\n");
    expect(whyUnconfirmed(bare, printed)).toBeUndefined();
  });

  test("when an InfiniBand card answers: of its 20 bytes the first 4 differ between the ends", () => {
    const port = "fe:80:00:00:00:00:00:00:ec:0d:9a:03:00:11:22:33";
    const peer = { ...asked.peer, mac: `00:00:10:29:${port}`, interfaces: [] };
    const seen = (last: string) =>
      [direct, "answered", neighbour(`80:00:02:08:${port.slice(0, -2)}${last}`)].join("\n");
    expect(whyUnconfirmed({ ...asked, peer }, seen("33"))).toBeUndefined();
    expect(whyUnconfirmed({ ...asked, peer }, seen("34"))).toContain("answers as 10.0.0.2");
  });
});

describe("a peer is not confirmed", () => {
  test.each([
    ["no route", ["route RTNETLINK answers: Network is unreachable"], "there is no route"],
    ["another interface", ["route 10.0.0.2 via 192.0.2.1 dev eno1"], "leaves by eno1, not ens1"],
    ["its own address", ["route local 10.0.0.2 dev lo"], "an address of this host itself"],
    ["a router", ["route 10.0.0.2 via 10.0.0.254 dev ens1", "answered"], "router 10.0.0.254"],
    ["nobody", [direct, "neighbour 10.0.0.2 dev ens1 FAILED"], "nothing answers as 10.0.0.2"],
    ["a host that cannot ask", [direct, "mute", "neighbour "], "no ping to ask it with"],
    ["an answer of nobody known", [direct, "answered", "neighbour "], "knows no hardware address"],
    ["an old entry only", [direct, neighbour(mac, "STALE")], "nothing answers as 10.0.0.2"],
    [
      "a stranger",
      [direct, "answered", neighbour("52:54:00:00:00:99")],
      "52:54:00:00:00:99 answers as 10.0.0.2, but server's eth1 is 52:54:00:00:00:02",
    ],
    [
      "another card of the peer",
      [direct, "answered", neighbour("52:54:00:00:00:03")],
      "server's eth2 answers as 10.0.0.2 instead of server's eth1; sysctl",
    ],
    ["a host that printed nothing", [""], "there is no route"],
  ])("%s", (_, lines, words) => {
    expect(whyUnconfirmed(asked, lines.join("\n"))).toContain(words);
  });
});
