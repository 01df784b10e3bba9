import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { ProcessSpec } from "../../src/experiment/experiment.js";
import { runProcesses } from "../../src/experiment/run-processes.js";
import type { Host } from "../../src/host/host.js";
import { applyPlan } from "../../src/plan/apply-plan.js";
import { makePlan } from "../../src/plan/plan.js";
import { libraryPath, libraryStep } from "../../src/steps/library.js";
import { openMachine, temporaryDirectory } from "../support/step-hosts.js";

/** Gives a program another host name. */
const source = `#include <string.h>
int gethostname(char *name, unsigned long size) { strncpy(name, NAME, size); return 0; }
`;

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let host: Host;
let library: string;
beforeAll(async () => {
  directory = await temporaryDirectory();
  vi.stubEnv("HOSTSTACK_STATE_DIRECTORY", join(directory.path, "state"));
  vi.stubEnv("XDG_STATE_HOME", join(directory.path, "controller"));
  host = openMachine();
  await writeFile(join(directory.path, "name.c"), source);
  const options = { name: "other-name", directory: directory.path };
  const step = libraryStep({ ...options, sources: ["name.c"], flags: ['-DNAME="lab"'] });
  const report = await applyPlan(await makePlan([{ host, steps: [step] }]));
  expect(report.changes).toBe(1);
  expect(await makePlan([{ host, steps: [step] }])).toMatchObject({ changes: 0 });
  library = libraryPath(options);
});
afterAll(async () => {
  await host?.[Symbol.asyncDispose]();
  await directory?.[Symbol.asyncDispose]();
});

async function run(spec: Pick<ProcessSpec, "argv" | "limits" | "preloads">) {
  const { outputs, records, failure } = await runProcesses(
    [{ ...spec, id: "one", host: "machine", ends: "itself", deadlineMs: 20_000 }],
    {
      directory: directory.path,
      host: () => host,
      onLine: () => {},
      signal: new AbortController().signal,
    },
  );
  let said = "";
  if (failure === undefined) {
    for await (const line of outputs.of("one").stdout.lines()) said += `${line}\n`;
  }
  return { said, failure, argv: records[0]?.argv };
}

const sleeping = (script: string) => ["sh", "-c", `${script}; sleep 1`];

describe.skipIf(process.getuid?.() !== 0)("limits of a process", () => {
  test("hold for it and what it starts, in bytes, and are in its record", async () => {
    const { said, argv } = await run({
      argv: sleeping("cat /proc/self/limits"),
      limits: { memlockBytes: 65_536, openFiles: 321, coreBytes: 0 },
    });
    expect(said).toMatch(/^Max locked memory +65536 +65536 /m);
    expect(said).toMatch(/^Max open files +321 +321 /m);
    expect(said).toMatch(/^Max core file size +0 +0 /m);
    expect(argv?.slice(0, 2)).toEqual(["prlimit", "--memlock=65536"]);
  });

  test("that the kernel does not grant end the process with its words", async () => {
    const { failure } = await run({
      argv: ["sleep", "1"],
      limits: { openFiles: 4_000_000_000 },
    });
    expect(failure).toMatchObject({
      code: "PROCESS_DIED",
      message: expect.stringMatching(/failed to set the NOFILE resource limit/),
    });
  });
});

describe("libraries that are preloaded", () => {
  test("are in the program alone, not in what starts it", async () => {
    const { said, failure } = await run({
      argv: sleeping("hostname; tr '\\0' '\\n' </proc/$PPID/environ | grep -c LD_PRELOAD"),
      preloads: [library],
    });
    expect(failure).toBeUndefined();
    expect(said).toBe("lab\n0\n");
  });

  test("that the program does not take are a failure, not ignored", async () => {
    const { failure } = await run({ argv: ["sleep", "30"], preloads: ["/nowhere/lib.so"] });
    expect(failure).toMatchObject({
      code: "NOT_READY",
      message:
        "one on machine does not run as its spec says: /nowhere/lib.so is not loaded into it",
    });
  });
});
