import { rm } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Host } from "../../src/host/host.js";
import { buildKernel } from "../../src/kernel/build/build-kernel.js";
import type { BuildKernelOptions } from "../../src/kernel/build/build-options.js";
import { parseConfig, unmetSymbols } from "../../src/kernel/build/config-request.js";
import type { KernelBuildEvent } from "../../src/kernel/build/events.js";
import { guestSymbols } from "../../src/kernel/build/guest-symbols.js";
import { sha256Of } from "../../src/kernel/build/hash-inputs.js";
import type { BuiltKernel } from "../../src/kernel/built.js";
import { buildModule } from "../../src/kernel/module/build-module.js";
import type { BuiltModule } from "../../src/kernel/module/built-module.js";
import { copyModule } from "../../src/kernel/module/copy-module.js";
import { loadModule } from "../../src/kernel/module/load-module.js";
import { openTestbed } from "../../src/testbed/open-testbed.js";
import type { Testbed } from "../../src/testbed/testbed.js";
import type { GuestRecipe } from "../../src/testbed/vm/recipe.js";
import { kernelBuildEnvironment } from "../support/kernel-tools.js";
import {
  bootLine,
  firstMark,
  guestSymbolsLeft,
  markedKernel,
  markFile,
} from "../support/marked-guest-kernel.js";
import { moduleFiles, moduleName } from "../support/module-source.js";
import { openMachine, temporaryDirectory } from "../support/step-hosts.js";

const recipe: GuestRecipe = {
  packages: ["iperf3", "kmod"],
  modules: ["dummy", "tcp_bbr"],
  kernel: "linux-image-amd64",
  memoryMib: 512,
  cpus: 2,
  linkMtuBytes: 1500,
  bringUp: [{ argv: ["depmod"] }, { argv: ["sh", "-c", "echo 0 >/proc/sys/kernel/panic_on_oops"] }],
  capabilities: [],
};

/** The first build takes 4 GiB of disk and, on two cores, half an hour; it is kept in the cache. */
const asked = process.env["HOSTSTACK_KERNEL_BUILD"] !== undefined;

describe.skipIf(!asked)("a patched kernel (long: HOSTSTACK_KERNEL_BUILD=1 builds it)", () => {
  const events: KernelBuildEvent[] = [];
  const machine = openMachine();
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let options: BuildKernelOptions;
  let kernel: BuiltKernel;
  let testbed: Testbed;
  let client: Host;
  let server: Host;

  beforeAll(async () => {
    directory = await temporaryDirectory();
    options = {
      environment: await kernelBuildEnvironment(),
      onEvent: (event) => events.push(event),
    };
    kernel = await buildKernel(machine, markedKernel, options);
    testbed = await openTestbed({ kind: "vm", hosts: ["client", "server"], recipe, kernel });
    [client, server] = testbed.hosts as [Host, Host];
  }, 7_200_000);
  afterAll(async () => {
    await testbed?.[Symbol.asyncDispose]();
    await machine[Symbol.asyncDispose]();
    await directory?.[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    vi.stubEnv("XDG_STATE_HOME", join(directory.path, "state"));
  });

  const output = async (host: Host, script: string) =>
    (await host.run({ argv: ["sh", "-c", script] })).stdout.trim();
  const peer = () => testbed.links[0]?.ends[1]?.addresses[0]?.split("/")[0] ?? "";

  test("is found again when it is asked for again", async () => {
    events.length = 0;
    expect(await buildKernel(machine, markedKernel, options)).toEqual(kernel);
    const states = events.flatMap((event) => (event.kind === "stage" ? [event.state] : []));
    expect(new Set(states)).toEqual(new Set(["skipped"]));
  });

  test("runs in both guests: by its release, its configuration and what the patch says", async () => {
    for (const host of [client, server]) {
      expect(await output(host, "uname -r")).toBe(kernel.release);
      const config = gunzipSync(await host.readFile("/proc/config.gz"));
      expect(sha256Of(config)).toBe(kernel.configSha256);
      const unmet = unmetSymbols(parseConfig(config.toString("utf8")), guestSymbols);
      expect(new Set(unmet.map(({ symbol }) => symbol))).toEqual(guestSymbolsLeft);
      expect(await output(host, "dmesg")).toContain(`${bootLine} ${firstMark}`);
      expect(await output(host, "cat /proc/sys/net/ipv4/hoststack_mark")).toBe(`${firstMark}`);
    }
  });

  test("carries traffic, also by a congestion control that is a module of it", async () => {
    await output(client, `modprobe tcp_bbr && ping -c 3 -i 0.2 ${peer()}`);
    await using listening = await server.start({ argv: ["iperf3", "-s", "-1"] });
    listening.stdout.resume();
    listening.stderr.resume();
    await expect
      .poll(() => output(server, "ss -Hltn sport = :5201"), { timeout: 30_000 })
      .not.toBe("");
    const said = await output(client, `iperf3 -c ${peer()} -t 2 -C bbr -J`);
    const { end } = JSON.parse(said) as {
      readonly end: {
        readonly sum_received: { readonly bytes: number };
        readonly sender_tcp_congestion: string;
      };
    };
    expect(end.sum_received.bytes).toBeGreaterThan(1e6);
    expect(end.sender_tcp_congestion).toBe("bbr");
  });

  test("is compiled anew only where an edit changes it", async () => {
    events.length = 0;
    // one that no earlier trial has built
    const next = Date.now() % 1_000_000_000;
    const edit = { pattern: `mark = ${firstMark};`, replacement: `mark = ${next};` };
    const edits = [{ path: markFile, edits: [edit] }];
    const other = await buildKernel(machine, { ...markedKernel, edits }, options);
    expect(other.release).not.toBe(kernel.release);
    const done = events.flatMap((event) => (event.kind === "objects" ? [event.done] : []));
    // the file itself, and what holds the kernel's name: of more than a thousand
    expect(done.at(-1)).toBeGreaterThan(0);
    expect(done.at(-1)).toBeLessThan(100);
    await rm(other.directory, { recursive: true });
  }, 1_800_000);

  describe("with a module of our own", () => {
    let module: BuiltModule;

    beforeAll(async () => {
      const { module: built } = await buildModule(machine, {
        name: moduleName,
        source: { files: moduleFiles },
        against: kernel,
        directory: join(directory.path, "module"),
      });
      const path = `/run/modules/${moduleName}.ko`;
      await copyModule(server, built, path);
      module = await copyModule(client, built, path);
    }, 300_000);

    test("counts packets on both sides and is gone afterwards", async () => {
      expect(module.vermagic).toMatch(new RegExp(`^${kernel.release} SMP `));
      {
        await using loaded = await loadModule(client, { module });
        await using _ = await loadModule(server, { module });
        await output(client, `ping -c 3 -i 0.2 ${peer()}`);
        const counted = [client, server].map((host) => output(host, `cat /proc/${moduleName}`));
        expect(await Promise.all(counted)).toEqual(["3", "3"]);
        expect(loaded.messages.map(({ text }) => text)).toContain("hoststack_count: begins");
      }
      const modules = [client, server].map((host) => output(host, "cat /proc/modules"));
      expect((await Promise.all(modules)).join("\n")).not.toContain(moduleName);
    });

    test("tells an oops while it was loaded, with its cause", async () => {
      await expect(
        loadModule(server, { module, parameters: { fail: "oops" } }),
      ).rejects.toMatchObject({
        code: "KERNEL_FAULT",
        message: expect.stringMatching(/BUG: kernel NULL pointer .* in begin\+0x\S+ \[\w+_count\]/),
        details: { faults: [{ kind: "oops" }] },
      });
    });
  });
});
