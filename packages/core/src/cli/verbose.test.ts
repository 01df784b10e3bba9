import { expect, test } from "vitest";
import { openLocalTransport } from "../host/local.js";
import { openHost } from "../host/open-host.js";
import type { Testbed } from "../testbed/testbed.js";
import { verboseLine, verboseTestbed } from "./verbose.js";

const about = { at: "2026-01-01T00:00:00.000Z", host: "client", how: "run" } as const;

test.each([
  [
    { ...about, argv: ["uname", "-r"], exitCode: 0, ms: 3.4 },
    "client$ uname -r: exit status 0, 3 ms",
  ],
  [
    {
      ...about,
      argv: ["sh", "-c", "\nfor name; do\n  :\ndone", "sh", "a b"],
      exitCode: 1,
      ms: 2100,
    },
    "client$ sh -c 'for name; do ...' sh 'a b': exit status 1, 2.1 s",
  ],
  [
    { ...about, argv: ["make"], cwd: "/src", env: { V: "1" }, timedOut: true, ms: 60_000 },
    "client$ cd /src && env V=1 make: timed out, 60.0 s",
  ],
  [
    { ...about, how: "start", argv: ["iperf3", "-s"], id: 3, pid: 12 },
    "client$ iperf3 -s: started 3, process 12",
  ],
  [
    { ...about, how: "start", id: 3, signal: "SIGINT", ms: 4 },
    "client: started 3: ended by SIGINT, 4 ms",
  ],
  [
    { ...about, how: "writeFile", argv: ["/etc/x"], exitCode: 0, ms: 1 },
    "client: wrote /etc/x: exit status 0, 1 ms",
  ],
] as const)("%j is told as %j", (entry, line) => {
  expect(verboseLine(entry)).toBe(line);
});

test("every way to run something on a host is told, with secrets masked", async () => {
  await using host = openHost({
    ...{ name: "client", machine: { id: "one" } },
    transport: openLocalTransport(),
  });
  const lines: string[] = [];
  const testbed = verboseTestbed({ hosts: [host] } as unknown as Testbed, (line) =>
    lines.push(line),
  );
  const [told] = testbed.hosts;
  await told?.run({ argv: ["echo", "--password", "hidden"] });
  await told?.batch([{ argv: ["true"] }, { argv: ["false"] }]);
  await using process = await told?.start({ argv: ["cat"] });
  process?.stdin.end();
  await process?.exit;
  const times = (line: string) =>
    line.replace(/\d+ ms/, "N ms").replace(/process \d+/, "process N");
  expect(lines.map(times)).toEqual([
    "client$ echo --password '***': exit status 0, N ms",
    "client$ true: exit status 0, N ms",
    "client$ false: exit status 1, N ms",
    "client$ cat: started 2, process N",
    "client: started 2: exit status 0, N ms",
  ]);
});
