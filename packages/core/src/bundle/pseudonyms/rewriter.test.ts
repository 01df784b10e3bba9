import { expect, test } from "vitest";
import { PseudonymDraw } from "./draw.js";
import { namesInText } from "./find-names.js";
import { hostNames, sortNames } from "./names.js";
import { leftoverSearch } from "./pseudonymise.js";
import { addressesIn, Rewriter } from "./rewriter.js";

const key = Buffer.alloc(32, 7);
const names = [
  ...hostNames("node17.cluster.org"),
  { kind: "user", text: "alice" } as const,
  { kind: "serial", text: "MT2041X0" } as const,
];
const rewriter = () => new Rewriter(names, new PseudonymDraw([], key));

test("a name is replaced wherever it stands, alike, and not within other words", () => {
  const one = rewriter();
  const host = one.rewrite("node17");
  expect(host).toMatch(/^host-[0-9a-f]{8}$/);
  expect(one.rewrite("raw/x/1/node17.snapshots.ndjson")).toBe(`raw/x/1/${host}.snapshots.ndjson`);
  expect(one.rewrite("NODE17 at node17.cluster.org")).toMatch(
    new RegExp(`^${host} at ${host}\\.domain-[0-9a-f]{8}\\.example$`),
  );
  expect(one.rewrite("/home/alice/x")).toMatch(/^\/home\/user-[0-9a-f]{8}\/x$/);
  expect(one.rewrite("malice, node171")).toBe("malice, node171");
});

test("another key gives other pseudonyms", () => {
  const other = new Rewriter(names, new PseudonymDraw([], Buffer.alloc(32, 8)));
  expect(other.rewrite("node17")).not.toBe(rewriter().rewrite("node17"));
});

test.each([
  ["10.77.0.1", /^198\.1[89]\.\d+\.\d+$/],
  ["fe80::5054:ff:fe12:3456", /^fe80::/],
  ["2a02:810d::7", /^2001:db8:/],
  ["fe80:0000:0000:0000:5054:00ff:fe12:3456", /^fe80:0000:0000:0000(:[0-9a-f]{4}){4}$/],
  ["0000:0000:0000:0000:0000:ffff:0a4d:0001", /^(0000:){5}ffff:c61[23]:[0-9a-f]{4}$/],
  ["00:00:00:00:00:00:00:00:00:00:255:255:10:77:00:01", /^(00:){10}255:255:198:1[89]:\d+:\d+$/],
  ["52:54:00:12:34:56", /^[0-9a-f][26ae](:[0-9a-f]{2}){5}$/],
  ["52-54-00-12-34-56", /^[0-9a-f][26ae](-[0-9a-f]{2}){5}$/],
  ["5054:00ff:fe12:3456", /^([0-9a-f]{4}:){3}[0-9a-f]{4}$/],
  ["975a2c00-88a4-4ccc-bed4-16028ee5769b", /^[0-9a-f]{8}-[0-9a-f]{4}-/],
])("%s stays an address of its kind", (address, form) => {
  const one = rewriter();
  const text = `x "${address}", port 1`;
  const [, made = ""] = /^x "(.*)", port 1$/.exec(one.rewrite(text)) ?? [];
  expect(made).toMatch(form);
  expect(made).not.toBe(address);
  expect(one.rewrite(text)).toBe(`x "${made}", port 1`);
  expect(addressesIn(text).map((found) => found.text)).toEqual([address]);
});

test.each([
  "127.0.0.1 ::1 :: 0.0.0.0 255.255.255.0 ff:ff:ff:ff:ff:ff 00:00:00:00:00:00",
  "2026-11-21T12:34:56.789Z took 12:34:56, Linux 6.1.0-28, 16.35.2000, std::string",
])("what is no address of a host stays: %s", (text) => {
  expect(rewriter().rewrite(text)).toBe(text);
});

test("addresses of one network stay in one, and a GID that holds an address agrees with it", () => {
  const one = rewriter();
  const [a, b] = ["10.77.0.1", "10.77.0.2"].map((text) => one.rewrite(text).split("."));
  expect(a?.slice(0, 3)).toEqual(b?.slice(0, 3));
  expect(a).not.toEqual(b);
  expect(one.rewrite("00:00:00:00:00:00:00:00:00:00:255:255:10:77:00:01")).toBe(
    `00:00:00:00:00:00:00:00:00:00:255:255:${a?.map((byte) => byte.padStart(2, "0")).join(":")}`,
  );
});

test("names are found by what stands around them", () => {
  const text = 'in /home/alice/x: "Linux node7 6.1.0 #1 SMP", Serial Number: MT99X1';
  expect(namesInText(text)).toEqual([
    { kind: "user", text: "alice" },
    { kind: "host", text: "node7" },
    { kind: "serial", text: "MT99X1" },
  ]);
});

test("words every record needs stay, and are told", () => {
  const found = [...hostNames("client"), ...hostNames("node7"), ...hostNames("3")];
  expect(sortNames(found, new Set(["client"]))).toEqual({
    names: [{ kind: "host", text: "node7" }],
    kept: ["client"],
  });
});

test("what a rewriter overlooked is found: names, and addresses in other notations", () => {
  const addresses = new Map([["52:54:00:12:34:56", "mac"]]);
  const search = leftoverSearch({ names, addresses }, rewriter());
  expect(search.inLine("nothing of it")).toEqual([]);
  expect(search.inLine("of Alice")).toEqual([{ kind: "user", text: "Alice" }]);
  expect(search.inLine("eth0=525400123456")).toEqual([{ kind: "mac", text: "525400123456" }]);
});
