import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Host } from "../../src/host/host.js";
import { openLocalTransport } from "../../src/host/local.js";
import { openHost } from "../../src/host/open-host.js";
import type { TranscriptEntry } from "../../src/host/transcript/entry.js";
import { transcribed } from "../../src/host/transcript/transcribed.js";
import { Transcript } from "../../src/host/transcript/transcript.js";
import { outcomeOf, shell } from "../../src/testing/transport-contract/collect.js";
import { bundledScript } from "./vm-bundled-script.js";

let place: string;
let transcript: Transcript;
let host: Host;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  transcript = new Transcript();
  const machine = { id: "one" };
  host = transcribed(
    openHost({ name: "a/b", machine, transport: openLocalTransport() }),
    transcript,
  );
});
afterEach(async () => {
  await host[Symbol.asyncDispose]();
  transcript[Symbol.dispose]();
  await rm(place, { recursive: true, force: true });
});

async function written(): Promise<TranscriptEntry[]> {
  const text = await readFile(join(place, "transcript", "a%2Fb.ndjson"), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as TranscriptEntry);
}

test("tells every command, how it came and how it ended", async () => {
  await host.run({ argv: ["true"], cwd: "/proc", env: { A: "1" } });
  transcript.open(join(place, "transcript"));
  await host.run(shell("exit 3"), { reject: false });
  await host.run(shell("kill -KILL $$")).catch(() => {});
  await host.run({ argv: ["sleep", "9"] }, { deadlineMs: 200 }).catch(() => {});
  await host.run({ argv: ["no-such-program"] }).catch(() => {});
  await host.batch([{ argv: ["true"] }, { argv: ["false"] }, { argv: ["true"] }], {
    stopOnFailure: true,
  });
  await host.writeFile(join(place, "file"), "secret content");
  await host.readFile(join(place, "file"));
  transcript.check();
  expect(await written()).toMatchObject([
    { host: "a/b", how: "run", argv: ["true"], cwd: "/proc", env: { A: "1" }, exitCode: 0 },
    { how: "run", exitCode: 3 },
    { how: "run", signal: "SIGKILL", error: "COMMAND_FAILED" },
    { how: "run", argv: ["sleep", "9"], timedOut: true, error: "COMMAND_TIMED_OUT" },
    { how: "run", error: "TOOL_MISSING" },
    { how: "batch", id: 1, argv: ["true"], exitCode: 0 },
    { how: "batch", id: 1, argv: ["false"], exitCode: 1 },
    { how: "writeFile", argv: [join(place, "file")], exitCode: 0 },
    { how: "readFile", argv: [join(place, "file")], exitCode: 0 },
  ]);
  for (const { at, ms } of await written()) {
    expect(new Date(at).toISOString()).toBe(at);
    expect(ms).toBeGreaterThan(0);
  }
});

test("a started process has a line when it runs and one when it has ended", async () => {
  transcript.open(join(place, "transcript"));
  const first = await host.transport.start({ argv: ["sleep", "100"] });
  const second = await host.start({ argv: ["true"] });
  await outcomeOf(second);
  expect(await written()).toMatchObject([
    { how: "start", id: 1, argv: ["sleep", "100"], pid: first.pid },
    { how: "start", id: 2, argv: ["true"], pid: second.pid },
    { how: "start", id: 2, exitCode: 0 },
  ]);
  await first[Symbol.asyncDispose]();
  expect((await written()).at(-1)).toMatchObject({ id: 1, signal: "SIGKILL" });
});

test("no secret reaches the disk", async () => {
  transcript.open(join(place, "transcript"));
  transcript.secrets.add("hunter2");
  const env = { HOSTSTACK_TOKEN: "tokenvalue", OTHER: "x-hunter2-x" };
  await host.run({ ...shell("true", "hunter2"), env });
  await host.batch([{ argv: ["env", "DB_PASSWORD=dbvalue", "true"], stdin: "stdinvalue" }]);
  await outcomeOf(await host.start({ argv: ["echo", "hunter2"], env }));
  const text = JSON.stringify(await written());
  expect(text).toContain("***");
  expect(text).not.toMatch(/hunter2|tokenvalue|dbvalue|stdinvalue/);
});

test("a controller that is killed has written what it ran", async () => {
  const script = await bundledScript(
    "transcript",
    `import { openLocalTransport } from "#core/host/local.ts";
    import { openHost } from "#core/host/open-host.ts";
    import { transcribed } from "#core/host/transcript/transcribed.ts";
    import { Transcript } from "#core/host/transcript/transcript.ts";
    const transcript = new Transcript();
    transcript.open(${JSON.stringify(join(place, "transcript"))});
    const transport = openLocalTransport();
    const host = transcribed(openHost({ name: "a/b", machine: { id: "m" }, transport }), transcript);
    await host.run({ argv: ["true"] });
    await host.start({ argv: ["sleep", "100"] });
    process.stdout.write("up");
    setInterval(() => {}, 1000);`,
  );
  const controller = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(controller.stdout, "data");
  controller.kill("SIGKILL");
  await once(controller, "exit");
  await rm(script);
  expect(await written()).toMatchObject([
    { how: "run", argv: ["true"], exitCode: 0 },
    { how: "start", id: 1, argv: ["sleep", "100"] },
  ]);
});
