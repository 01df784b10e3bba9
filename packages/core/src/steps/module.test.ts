import { expect, test } from "vitest";
import type { Answer } from "../plan/step.js";
import { moduleStep } from "./module.js";

const said = (stdout: string, exitCode = 0): Answer => ({ stdout, stderr: "", exitCode });
const place = { savedDirectory: "/saved" };
const loaded = said("0\n6.1.0-53-amd64\nib_core\nib_uverbs\n");
/** Recorded from kmod 30 of Debian 12; its busybox 1.35 prints the same, but the last line alone ends with a space. */
const recorded = [
  "drivers/infiniband/core/ib_core.ko",
  "drivers/infiniband/core/ib_uverbs.ko",
  "net/ipv4/udp_tunnel.ko",
  "net/ipv6/ip6_udp_tunnel.ko",
  "drivers/infiniband/sw/rxe/rdma_rxe.ko",
].map((file) => `insmod /lib/modules/6.1.0-56-amd64/kernel/${file} \n`);
const dependencies = said(recorded.join(""));
const step = moduleStep({ name: "rdma-rxe", parameters: { debug: true } });

test.each([
  ["kmod's", dependencies],
  ["busybox's", said(`${recorded.join("").replaceAll(" \n", "\n").trimEnd()} \n`)],
  [
    "compressed, with options, and partly built in",
    said(`${recorded.join("").replaceAll(".ko ", ".ko.xz ").trimEnd()} debug=1\nbuiltin crc32\n`),
  ],
])("unloads the module and exactly those that came with it, last one first: %s", (_, found) => {
  const decision = step.decide(said("absent\n"), [loaded, found], place);
  expect(decision).toMatchObject({
    state: "needed",
    wanted: "loaded\n",
    actions: [{ argv: ["modprobe", "rdma-rxe", "debug=1"] }],
    diff: "rdma_rxe: absent -> loaded debug=1",
  });
  if (decision.state !== "needed") throw new Error("not needed");
  expect(decision.undo[0]?.argv.slice(4)).toEqual(["rdma_rxe", "ip6_udp_tunnel", "udp_tunnel"]);
});

test.each(["loaded\n", "builtin\n"])("needs nothing when it is %j", (seen) => {
  expect(step.decide(said(seen), [loaded, dependencies], place)).toEqual({ state: "satisfied" });
});

const notFound = said(
  "modprobe: FATAL: Module rdma-rxe not found in directory /lib/modules/6.1.0-56-amd64\n",
  1,
);
const notFoundByBusybox = said("modprobe: module rdma-rxe not found in modules.dep\n", 1);
test.each([
  ["loaded debug=N\n", dependencies, /loaded already with debug=N/, /modprobe -r rdma_rxe/],
  ["builtin debug=N\n", dependencies, /built into the kernel with debug=N/, /rdma_rxe.PARAMETER/],
  [
    "absent\n",
    notFound,
    /FATAL: Module rdma-rxe not found/,
    /6\.1\.0-53-amd64 .*linux-modules-extra/,
  ],
  ["absent\n", notFoundByBusybox, /is not there: modprobe: module rdma-rxe not found/, /6\.1\.0/],
  ["absent\n", said("", 127), /no modprobe/, /kmod/],
])("refuses %j %#", (...[seen, found, reason, remedy]) => {
  expect(step.decide(said(seen), [loaded, found], place)).toMatchObject({
    state: "impossible",
    reason: expect.stringMatching(reason),
    remedy: expect.stringMatching(remedy),
  });
});

test("a file has to be there and built for the running kernel", () => {
  const built = { name: "nc", path: "/src/nc.ko", after: "make:/src" };
  const decide = (found: Answer) =>
    moduleStep(built).decide(said("absent\n"), [loaded, found], place);
  expect(decide(said("6.1.0-53-amd64 SMP preempt mod_unload\n"))).toMatchObject({
    actions: [{ argv: ["insmod", "/src/nc.ko"] }],
    undo: [{ argv: expect.arrayContaining(["nc"]) }],
  });
  expect(decide(said(""))).toMatchObject({ state: "needed" });
  expect(decide(said("there is no file /src/nc.ko\n", 1))).toEqual({
    state: "unknownUntil",
    stepId: "make:/src",
    otherwise: {
      reason: "there is no file /src/nc.ko",
      remedy: "build the module, or name where it is",
    },
  });
  const { after, ...alone } = built;
  expect(
    moduleStep(alone).decide(said("absent\n"), [loaded, said("5.15.0 SMP\n")], place),
  ).toMatchObject({
    reason: "/src/nc.ko is built for the kernel 5.15.0, but 6.1.0-53-amd64 is running",
  });
});

test("only root loads modules", () => {
  const user = said("1000\n6.1.0\n");
  expect(step.decide(said("absent\n"), [user, dependencies], place)).toMatchObject({
    reason: expect.stringContaining("only root"),
  });
});
