import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildKernel } from "../../src/kernel/build/build-kernel.js";
import type { BuildKernelOptions } from "../../src/kernel/build/build-options.js";
import type { KernelBuildEvent } from "../../src/kernel/build/events.js";
import type { BuiltKernel } from "../../src/kernel/built.js";
import { buildModule } from "../../src/kernel/module/build-module.js";
import { kernelBuildEnvironment } from "../support/kernel-tools.js";
import { bootLine, firstMark, markedKernel, markFile } from "../support/marked-kernel.js";
import { openMachine, run, temporaryDirectory } from "../support/step-hosts.js";

/** The first build takes a gibibyte of disk and some minutes; it is kept in the cache for the next one. */
const asked = process.env["HOSTSTACK_KERNEL_BUILD"] !== undefined;
const buildMs = 3_600_000;

/** What a kernel says on its serial line until it finds no root file system and panics. */
async function consoleOf({ directory, release }: BuiltKernel): Promise<string> {
  const image = join(directory, "boot", `vmlinuz-${release}`);
  const machine = ["-nodefaults", "-display", "none", "-no-reboot", "-m", "128"];
  const kernel = ["-kernel", image, "-append", "console=ttyS0 panic=-1", "-serial", "stdio"];
  const options = { timeout: 120_000, killSignal: "SIGKILL" } as const;
  return (await run("qemu-system-x86_64", [...machine, ...kernel], options)).stdout;
}

describe.skipIf(!asked)("the distribution's sources (HOSTSTACK_KERNEL_BUILD=1 builds them)", () => {
  const events: KernelBuildEvent[] = [];
  const machine = openMachine();
  let options: BuildKernelOptions;
  let kernel: BuiltKernel;

  beforeAll(async () => {
    options = {
      environment: await kernelBuildEnvironment(),
      onEvent: (event) => events.push(event),
    };
    kernel = await buildKernel(machine, markedKernel, options);
  }, buildMs);
  afterAll(() => machine[Symbol.asyncDispose]());

  test("are built once", async () => {
    events.length = 0;
    expect(await buildKernel(machine, markedKernel, options)).toEqual(kernel);
    const states = events.flatMap((event) => (event.kind === "stage" ? [event.state] : []));
    expect(new Set(states)).toEqual(new Set(["skipped"]));
  });

  test("boot under the name of the build, and say what the patch adds", async () => {
    const said = await consoleOf(kernel);
    expect(said).toContain(`Linux version ${kernel.release} `);
    expect(said).toContain(`${bootLine} ${firstMark}`);
  });

  test(
    "are compiled anew only where an edit changes them",
    async () => {
      events.length = 0;
      // one that no earlier trial has built
      const next = Date.now() % 1_000_000_000;
      const edit = { pattern: `mark = ${firstMark};`, replacement: `mark = ${next};` };
      const edits = [{ path: markFile, edits: [edit] }];
      const other = await buildKernel(machine, { ...markedKernel, edits }, options);
      const done = events.flatMap((event) => (event.kind === "objects" ? [event.done] : []));
      // the file itself, and the few that hold the kernel's name
      expect(done.at(-1)).toBeLessThan(20);
      expect(await consoleOf(other)).toContain(`${bootLine} ${next}`);
      await rm(other.directory, { recursive: true });
    },
    buildMs,
  );

  test(
    "have modules built against them, also for what only the patch exports",
    async () => {
      await using directory = await temporaryDirectory();
      const source = `#include <linux/module.h>
extern int hoststack_mark(void);
static int __init begin(void) { return hoststack_mark() > 0 ? 0 : -EINVAL; }
module_init(begin);
MODULE_LICENSE("GPL");
`;
      const { module } = await buildModule(machine, {
        name: "asks",
        source: { files: { Makefile: "obj-m := asks.o\n", "asks.c": source } },
        against: kernel,
        directory: join(directory.path, "asks"),
      });
      expect(module).toMatchObject({ release: kernel.release, depends: [] });
      expect(module.vermagic).toContain(" mod_unload ");
    },
    buildMs,
  );
});
