import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { a3High, profileEnds } from "./a3-high.js";
import { tcpStreamArgv, tcpStreamEnvironment } from "./argv.js";
import { dryRunText } from "./dry-run.js";
import type { FlowSetInput } from "./options.js";
import { planFlowSets } from "./plan.js";

/** As upstream's script printed it, given the same arguments; of the environment only its own variable. */
const printed = (name: string) =>
  readFileSync(new URL(`../../../test/fixtures/multi-neper/${name}.txt`, import.meta.url), "utf8");

const numbers = [1, 2, 3, 4];

function setsOn(count: number, options: FlowSetInput) {
  const threads = options.threads ?? options.flows ?? 4;
  const nics = (last: number) =>
    numbers
      .slice(0, count)
      .map((number) => ({ nic: `eth${number}`, address: `192.168.${number}.${last}` }));
  const servers = profileEnds(a3High, nics(26), threads);
  const clients = profileEnds(a3High, nics(23), threads);
  const pairs = servers.flatMap((server, index) => {
    const client = clients[index];
    return client === undefined ? [] : [{ server, client }];
  });
  return planFlowSets(options, pairs);
}

const readme = { bufferSizeBytes: 409_600, physLenBytes: 2_147_483_648 };

const two = { ...readme, flows: 2, queueCount: 2 };
const checked = { ...two, mode: "udmabuf", validate: true, rxCopy: true } as const;

test.each([
  ["dryrun-seed-exact", { count: 1, options: { ...readme, flows: 1, queueCount: 1 } }],
  ["dryrun-rx-cuda-4nic", { count: 4, options: two }],
  ["dryrun-tx-cuda-4nic", { count: 4, options: two }],
  ["dryrun-rx-udmabuf-4nic", { count: 4, options: checked }],
  ["dryrun-tx-udmabuf-4nic", { count: 4, options: checked }],
  ["dryrun-rx-default-mode", { count: 1, options: { mode: "default" } }],
  ["dryrun-tx-defaults", { count: 1, options: {} }],
] as const)("prints what upstream prints: %s", (name, { count, options }) => {
  const role = name.includes("-rx-") ? "server" : "client";
  expect(dryRunText(setsOn(count, options), role)).toBe(printed(name));
});

test("CPUs that do not follow each other are told in runs", () => {
  const [set] = setsOn(1, { flows: 4 });
  if (set === undefined) throw new Error("no set");
  const spread = { ...set, server: { ...set.server, cpus: [2, 4, 5, 9] } };
  expect(tcpStreamArgv(spread, "server", "/b/tcp_stream").slice(0, 4)).toEqual([
    ...["taskset", "--cpu-list", "2-2,4-5,9-9", "/b/tcp_stream"],
  ]);
  expect(tcpStreamEnvironment({ ...set, client: { ...set.client, gpu: undefined } }, "client")) //
    .toEqual({});
});

test.each([
  [1, { threads: 2 }, /"threads": must be 4 as the flows are/],
  [1, { bufferSizeBytes: 528_384 }, /"bufferSizeBytes": must be at most 524288/],
  [1, { bufferSizeBytes: 10_000 }, /"bufferSizeBytes": must be whole pages/],
  [1, { physLenBytes: 4_097 }, /"physLenBytes": must be whole pages/],
  [1, { physLenBytes: 4_096 }, /"physLenBytes": must hold a buffer of 491520 bytes/],
  [1, { queueCount: 0 }, /"queueCount"/],
  [1, { queues: 3 } as FlowSetInput, /"queues"/],
  [2, { flows: 40, port: 12_800 }, /"port": 12800 to 12879 meet the control ports 12866 to 12867/],
  [2, { flows: 2, sourcePort: 12_863 }, /"sourcePort": 12863 to 12866 meet the control ports/],
  [4, { flows: 4, port: 65_530 }, /"port": 4 sets of 4 flows would end at 65545/],
  [2, { controlPort: 65_535 }, /"controlPort": 2 sets would end at 65536/],
])("refuses %i sets of %j", (count, options, message) => {
  expect(() => setsOn(count, options)).toThrow(
    expect.objectContaining({
      code: "OPTIONS_INVALID",
      message: expect.stringMatching(message),
    }),
  );
});

test("plain TCP takes any sizes, and other threads than flows", () => {
  const [set] = setsOn(1, { mode: "default", threads: 1, bufferSizeBytes: 1_000_000, flows: 2 });
  expect(set?.options).toMatchObject({ threads: 1, flows: 2, bufferSizeBytes: 1_000_000 });
});

test.each([
  [{ address: "fd00::1" }, /made for IPv4/],
  [{ nicPciAddress: undefined }, /eth1 is no PCI device/],
  [{ nicPciAddress: "0001:06:00.0" }, /0001:06:00.0 of eth1 is not in PCI domain 0000/],
  [{ gpu: undefined }, /eth1 has no GPU beside it/],
  [{ gpu: { pciAddress: "0002:04:00.0", index: 0 } }, /0002:04:00.0 of eth1/],
])("refuses a receiver with %j", (change, message) => {
  const [set] = setsOn(1, {});
  if (set === undefined) throw new Error("no set");
  const { client } = set;
  expect(() => planFlowSets({}, [{ server: { ...set.server, ...change }, client }])).toThrow(
    message,
  );
});

test("a NIC is used once, and one that a profile does not have is told", () => {
  const [set] = setsOn(1, {});
  if (set === undefined) throw new Error("no set");
  expect(() => planFlowSets({}, [set, set])).toThrow(/eth1 of the server is named twice/);
  expect(() => planFlowSets({}, [])).toThrow(/no pair of NICs/);
  expect(() => profileEnds(a3High, [{ nic: "ens6f0", address: "10.0.0.1" }], 1)).toThrow(
    expect.objectContaining({ code: "OPTIONS_INVALID", remedy: expect.stringContaining("eth4") }),
  );
  const nics = [{ nic: "eth1", address: "10.0.0.1" }];
  expect(() => profileEnds(a3High, nics, 300)).toThrow(
    expect.objectContaining({ code: "CAPABILITY_MISSING" }),
  );
});
