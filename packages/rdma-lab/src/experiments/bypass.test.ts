import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checked, judge, processesOf } from "../../test/support/judge.js";
import { sockperfPingPong } from "./sockperf-ping-pong.js";
import { sockperfThroughput } from "./sockperf-throughput.js";

const stdout = {
  client: `sockperf: Total of 79890 messages sent in 4.013 sec
sockperf: Summary: Message Rate is 19908 [msg/sec]
sockperf: Summary: BandWidth is 27.947 MBps (223.580 Mbps)
`,
  server: "sockperf: Total 79890 messages received and handled",
};

const recorded = (name: string) =>
  readFileSync(new URL(`../../../tools/fixtures/bypass/${name}.txt`, import.meta.url), "utf8");

const judged = (client: string, server: string) =>
  judge(sockperfThroughput, {
    options: { bypass: "vma" },
    texts: {
      client: { stdout: stdout.client, stderr: recorded(client) },
      server: { stdout: stdout.server, stderr: recorded(server) },
    },
    counters: { "server nic.lab0.rxBytes": 300 },
  });

test("figures are the library's when it was active at both ends, whatever the kernel's NIC counted", async () => {
  const { found, samples, result } = await judged("vma-took-over", "vma-took-over");
  expect(found).toEqual([]);
  expect(samples[0]).toMatchObject({ metric: "goodput" });
  expect(result.bypass).toMatchObject({ client: { version: "9.8.40-1" }, refusals: [] });
});

test("there is no figure when one end fell back to the kernel, and that end is named", async () => {
  const { found, samples, text } = await judged("vma-took-over", "vma-left-to-kernel");
  expect(found).toEqual(["invalid bypass.inactive"]);
  expect(samples).toEqual([]);
  expect(text).toMatch(/^server: libvma\.so 9\.8\.40-1 took over no socket/);
});

test("there is none of a ping-pong whose loader could not find the library", async () => {
  const { found, samples, text } = await judge(sockperfPingPong, {
    options: { bypass: "vma" },
    texts: {
      client: {
        stdout: `sockperf: [Total Run] RunTime=4.000 sec; Warm up time=400 msec; SentMessages=3787; ReceivedMessages=3787
sockperf: ========= Printing statistics for Server No: 0
sockperf: [Valid Duration] RunTime=3.551 sec; SentMessages=3349; ReceivedMessages=3349
sockperf: ====> avg-latency=529.000 (std-dev=10.000)
sockperf: # dropped messages = 0; # duplicated messages = 0; # out-of-order messages = 0
sockperf: Summary: Latency is 529.000 usec
sockperf: Total 3349 observations; each percentile contains 33.49 observations
sockperf: ---> <MAX> observation = 1000.000
sockperf: ---> percentile 50.000 = 520.000
sockperf: ---> <MIN> observation =  419.019
`,
        stderr: recorded("not-preloaded"),
      },
      server: { stderr: recorded("not-preloaded") },
    },
  });
  expect(found).toEqual(["invalid bypass.inactive", "invalid bypass.inactive"]);
  expect(samples).toEqual([]);
  expect(text).toContain("client: libvma.so is not mapped into the program");
  expect(text).toContain("cannot be preloaded");
});

test("both ends run under the library, and the title says which", async () => {
  const processes = await processesOf(sockperfPingPong, { bypass: "xlio" });
  for (const { argv } of processes) {
    expect(argv.slice(3, 8)).toEqual([
      "sh",
      "libxlio.so",
      "XLIO_STATS_FILE",
      "sockperf",
      expect.any(String),
    ]);
  }
  const options = await checked(sockperfThroughput, { bypass: "vma" });
  expect(sockperfThroughput.title(options as never)).toBe(
    "sockperf TCP throughput, 1472 B, libvma.so",
  );
});
