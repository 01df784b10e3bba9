import { expect, test } from "vitest";
import type { FlowSetInput } from "../flow-sets/options.js";
import { planFlowSets } from "../flow-sets/plan.js";
import { kperfClientArgv, kperfParser, kperfServerArgv } from "./kperf.js";
import {
  ncdevmemArgv,
  ncdevmemParser,
  ncdevmemSelfTestArgv,
  validationPattern,
} from "./ncdevmem.js";

function setWith(input: FlowSetInput) {
  const end = (nic: string, address: string, index: number) => ({
    ...{ nic, address, cpus: [2], nicPciAddress: "0000:06:00.0" },
    gpu: { pciAddress: `0000:0${4 + index}:00.0`, index },
  });
  const server = end("eth1", "192.168.1.26", 0);
  const [set] = planFlowSets(input, [{ server, client: end("eth2", "192.168.1.23", 1) }]);
  if (set === undefined) throw new Error("no set");
  return set;
}

test("ncdevmem listens on queues of its own, checks payload when asked, and tests itself", () => {
  const set = setWith({ mode: "udmabuf", flows: 1, queueCount: 2, validate: true });
  expect(ncdevmemArgv(set, "server").join(" ")).toBe(
    "ncdevmem -s 192.168.1.26 -c 192.168.1.23 -p 12345 -f eth1 -l -t 8 -q 2 -v 7",
  );
  expect(ncdevmemArgv(set, "client", "/b/ncdevmem").join(" ")).toBe(
    "/b/ncdevmem -s 192.168.1.26 -c 192.168.1.23 -p 12345 -f eth2",
  );
  expect(ncdevmemArgv(setWith({ mode: "udmabuf" }), "server")).not.toContain("-v");
  expect(ncdevmemSelfTestArgv("eth1")).toEqual(["ncdevmem", "-f", "eth1"]);
  expect([...validationPattern(15)]).toEqual([1, 2, 3, 4, 5, 6, 10, 1, 2, 3, 4, 5, 6, 10]);
});

const sums = "page_aligned_frags=2, non_page_aligned_frags=1\n";
const fragment = (total: number) =>
  `received frag_page=0, in_page_offset=0, frag_offset=0, frag_size=4096, token=1, total_received=${total}, dmabuf_id=3\n`;

test("ncdevmem's sums are read, and the first byte that is wrong", () => {
  const text = `recvmsg ret=8192\n${fragment(4096)}Validated buffer\n${fragment(8192)}Validated buffer\nclient exited\nncdevmem: ok\n${sums}`;
  expect(ncdevmemParser.parse(text)).toEqual({
    ...{ bytes: 8192, validatedBuffers: 2, fragments: { pageAligned: 2, others: 1 } },
  });
  const wrong = "Failed validation: expected=3, actual=9, index=2\n";
  expect(ncdevmemParser.parse(`${fragment(4096)}${wrong}${wrong}Validated buffer\n${sums}`)) //
    .toMatchObject({
      validatedBuffers: 0,
      mismatch: { expected: 3, actual: 9, index: 2, count: 2 },
    });
});

test.each([
  [
    "ncdevmem: [skip,no-udmabuf: Unable to access DMA buffer device file]\n",
    /no-udmabuf: Unable to access/,
  ],
  ["YNL failed: Kernel error: 'tcp-data-split is disabled'\n", /tcp-data-split is disabled/],
  [fragment(4096), /ended before it told its sums/],
  [`${sums}`, /field "bytes"/],
])("ncdevmem that failed is a failure: %j", (text, message) => {
  expect(() => ncdevmemParser.parse(text)).toThrow(
    expect.objectContaining({ code: "PARSE_FAILED", message: expect.stringMatching(message) }),
  );
});

test("kperf gets buffers for all flows, and the GPU beside each NIC", () => {
  expect(kperfServerArgv()).toEqual(["kperf-server", "--no-daemon", "--port", "18323"]);
  const cuda = setWith({ flows: 2, queueCount: 2, physLenBytes: 2 ** 30, validate: true });
  expect(kperfClientArgv(cuda, { tx: true }).join(" ")).toBe(
    "kperf-client --src 192.168.1.23 --dst 192.168.1.26 --num-connections 2 --time 10 " +
      "--devmem-rx --devmem-rx-memory cuda --dmabuf-rx-size-mb 2048 --num-rx-queues 2 --devmem-dst-dev 0000:04:00 " +
      "--devmem-tx --devmem-tx-memory cuda --dmabuf-tx-size-mb 2048 --devmem-src-dev 0000:05:00 --validate yes",
  );
  const host = setWith({ mode: "udmabuf", flows: 1, physLenBytes: 2 ** 26 });
  expect(kperfClientArgv(host, { rx: false }).join(" ")).toBe(
    "kperf-client --src 192.168.1.23 --dst 192.168.1.26 --num-connections 1 --time 10",
  );
});

/** In the form that kperf's sources print. */
const kperf = (rx: string) => `client: == Source 192.168.1.23
client:   Tx116.031 Gbps (145087332352 bytes in 10003361 usec)
client:   Rx  0.000 Gbps (0 bytes in 10003361 usec)
client:   TCP retrans reord rtt rttvar d_ce snd_wnd cwnd
client:             0     0  61     12    0    3072  430
client:   CPU  4: usr: 0.55% sys:86.20% idle: 3.10% iow: 0.00% irq: 0.00% sirq:10.15%
client: == Target 192.168.1.26
client:   Tx  0.000 Gbps (0 bytes in 10003312 usec)
${rx}`;

test("kperf's rates are made of what was received", () => {
  const text = kperf("client:   Rx116.026 Gbps (145080635392 bytes in 10003312 usec)\n");
  const { target, source } = kperfParser.parse(text);
  expect(target.rx).toEqual([
    { bytes: 145_080_635_392, seconds: 10.003312, bitsPerS: (145_080_635_392 * 8) / 10.003312 },
  ]);
  expect(source.tx[0]?.bytes).toBe(145_087_332_352);
});

test.each([
  ["client: Failed to connect: Connection refused\n", /Failed to connect: Connection refused/],
  [kperf(""), /it told no result of both ends/],
  [kperf("client:   Rx  0.000 Gbps (0 bytes in 10003312 usec)\n"), /connection 1 received nothing/],
  [
    kperf("client:   Rx1.0 Gbps (9 bytes in 1 usec)\nclient:   Rx1.0 Gbps (9 bytes in 1 usec)\n"),
    /1 connections sent, 2 received/,
  ],
])("kperf that failed is a failure %#", (text, message) => {
  expect(() => kperfParser.parse(text)).toThrow(
    expect.objectContaining({ code: "PARSE_FAILED", message: expect.stringMatching(message) }),
  );
});
