import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { devmemFactsParser } from "../discovery/parser.js";
import { type FlowSetInput, flowSetOptions } from "../flow-sets/options.js";
import { type EngineName, engineRequirements, requireEngine } from "./engine.js";

const factsOf = (name: string, change: (text: string) => string = (text) => text) =>
  devmemFactsParser.parse(
    change(
      readFileSync(
        new URL(`../../../test/fixtures/devmem-facts/${name}.txt`, import.meta.url),
        "utf8",
      ),
    ),
  );

interface Case {
  readonly engine: EngineName;
  readonly from: string;
  readonly nic?: string;
  readonly role?: "client" | "server";
  readonly options?: FlowSetInput;
  readonly change?: (text: string) => string;
}

/** What is not met, and what is only advised, by name. */
function judge({ engine, from, nic = "eth1", role = "server", options = {}, change }: Case) {
  const facts = factsOf(from, change);
  const all = engineRequirements(engine, { facts, nic, role, options: flowSetOptions(options) });
  return Object.fromEntries(
    all.filter(({ state }) => state !== "met").map(({ what, found }) => [what, found]),
  );
}

test("the machines each engine is made for have all of it", () => {
  const from = "a3-high.constructed";
  expect(judge({ engine: "legacy-tcpd", from })).toEqual({});
  expect(judge({ engine: "legacy-tcpd", from, nic: "eth4", role: "client" })).toEqual({});
  const mainline = { engine: "mainline", from: "mainline.constructed" } as const;
  expect(judge(mainline)).toEqual({});
  expect(judge({ ...mainline, role: "client", options: { mode: "udmabuf" } })).toEqual({});
});

test("virtual NICs have none of it, and each reason is told", () => {
  const from = "veth-6.18.recorded";
  expect(judge({ engine: "mainline", from, options: { mode: "udmabuf" } })).toEqual({
    driver: "not supported",
    "PCI address": "no device, not on PCI",
    "header split": "not told by ethtool",
    "steering rules": "off [fixed]",
    queues: "2 in use",
    ring: "none",
    MTU: "1500 bytes",
    udmabuf: "none: the kernel was built without CONFIG_UDMABUF",
  });
  expect(judge({ engine: "mainline", from, role: "client" })).toMatchObject({
    driver: "not supported: Driver does not support netmem TX",
    GPU: "the host has no GPU",
  });
  expect(judge({ engine: "legacy-tcpd", from })).toMatchObject({
    "kernel interface": "6.18.44: socket option 97 refused, 80 taken",
    driver: "none: the NIC is no device",
    "header split":
      "no enable-header-split, no enable-strict-header-split, no enable-max-rx-buffer-size",
  });
  expect(judge({ engine: "baseline", from, options: { mode: "default" } })).toEqual({});
});

test("a card of a virtual machine is a PCI device without the rest", () => {
  const found = judge({ engine: "mainline", from: "virtio-6.18.recorded", nic: "eth0" });
  expect(found).toMatchObject({ driver: "not supported", "header split": "n/a" });
  expect(found["PCI address"]).toBeUndefined();
});

const capable = { engine: "mainline", from: "mainline.constructed" } as const;

test.each<[string, Partial<Case>, Record<string, string>]>([
  [
    "no operation",
    { change: (text) => text.replace("op 13\n", "") },
    { "kernel interface": "6.18.0 has no bind-rx" },
  ],
  [
    "a kernel without it",
    { change: (text) => text.replace("config NET_DEVMEM y", "config NET_DEVMEM n") },
    { "kernel interface": "6.18.0 has bind-rx, built without CONFIG_NET_DEVMEM" },
  ],
  [
    "no compiler",
    { change: (text) => `${text.slice(0, text.indexOf("probe"))}probe no C compiler\n` },
    { "kernel interface": "6.18.0 was not asked: no C compiler" },
  ],
  [
    "nobody's right",
    { change: (text) => text.replace("bind-rx eth1 22", "bind-rx eth1 1") },
    { driver: "not permitted" },
  ],
  [
    "an old ethtool",
    { change: (text) => text.replace("ethtool 6.15", "ethtool 6.6") },
    { "header split": "off, ethtool 6.6" },
  ],
  [
    "small packets",
    { change: (text) => text.replace("nic eth1 mtu 8244", "nic eth1 mtu 4147") },
    { MTU: "4147 bytes" },
  ],
  ["too many queues", { options: { queueStart: 13 } }, { queues: "16 in use" }],
  [
    "more than a udmabuf holds",
    { options: { mode: "udmabuf", physLenBytes: 2 ** 33 } },
    { "udmabuf limit": "4096 MiB" },
  ],
  [
    "little locked memory",
    { change: (text) => text.replace("limit locked unlimited", "limit locked 65536") },
    { RLIMIT_MEMLOCK: "65536 bytes" },
  ],
  [
    "a GPU of another socket",
    { change: (text) => text.replace(/^(gpu \S+ \S+ \S+pci0000:)00/gm, "$140") },
    { GPU: "0000:04:00.0, across sockets, 10 hops" },
  ],
  ["another NIC", { nic: "eth9" }, { NIC: "no such NIC" }],
])("mainline without %s", (_, change, expected) => {
  expect(judge({ ...capable, ...change })).toEqual(expected);
});

const a3 = { engine: "legacy-tcpd", from: "a3-high.constructed" } as const;

test.each<[string, Partial<Case>, Record<string, string>]>([
  [
    "a kernel of both",
    { change: (text) => text.replace("sockopt 97 0", "sockopt 97 92") },
    { "kernel interface": "5.15.0-gke: socket option 97 refused, 80 refused" },
  ],
  [
    "PCI domain 0",
    { change: (text) => text.replaceAll("0000:06:00.0", "0001:06:00.0") },
    { "PCI address": "0001:06:00.0" },
  ],
  [
    "a stack for the buffer",
    { change: (text) => text.replace("limit stack 67108864", "limit stack 524288") },
    { RLIMIT_STACK: "524288 bytes" },
  ],
  [
    "the queues that its reset takes",
    { change: (text) => text.replace("nic eth1 rx-queues 16", "nic eth1 rx-queues 12") },
    { queues: "12 in use" },
  ],
])("legacy-tcpd without %s", (_, change, expected) => {
  expect(judge({ ...a3, ...change })).toEqual(expected);
});

test("an engine that cannot work is refused with every reason of both ends", () => {
  const facts = factsOf("veth-6.18.recorded");
  const ends = (["server", "client"] as const).map((role) => ({
    ...{ host: role, role, facts },
    nics: [{ nic: "eth1" }],
  }));
  const options = flowSetOptions({ mode: "udmabuf" });
  expect(() => requireEngine("mainline", ends, options)).toThrow(
    expect.objectContaining({
      code: "CAPABILITY_MISSING",
      message: expect.stringMatching(
        /^mainline cannot work:\nserver eth1: driver: not supported; .*\n[\s\S]*\nclient eth1: driver: not supported: Driver/,
      ),
    }),
  );
  expect(() => requireEngine("baseline", ends, flowSetOptions({ mode: "default" }))).not.toThrow();
});

test("plain TCP is asked for by name only", () => {
  const udmabuf = flowSetOptions({ mode: "udmabuf" });
  const plain = flowSetOptions({ mode: "default" });
  const wrong = expect.objectContaining({ code: "OPTIONS_INVALID", details: { field: "mode" } });
  expect(() => requireEngine("baseline", [], udmabuf)).toThrow(wrong);
  expect(() => requireEngine("mainline", [], plain)).toThrow(wrong);
  expect(() => requireEngine("legacy-tcpd", [], plain)).toThrow(wrong);
});
