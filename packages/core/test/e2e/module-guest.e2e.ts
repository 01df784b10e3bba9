import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { machineFacts } from "../../src/facts/machine-facts.js";
import type { Host } from "../../src/host/host.js";
import { buildModule } from "../../src/kernel/module/build-module.js";
import type { KernelHeaders } from "../../src/kernel/module/build-options.js";
import type { BuiltModule } from "../../src/kernel/module/built-module.js";
import { copyModule } from "../../src/kernel/module/copy-module.js";
import { loadModule } from "../../src/kernel/module/load-module.js";
import { unloadModule } from "../../src/kernel/module/unload-module.js";
import { restore } from "../../src/plan/restore.js";
import { moduleFileStep } from "../../src/steps/module-file.js";
import { openVmTestbed, type VmTestbed } from "../../src/testbed/vm/open-vm-testbed.js";
import { type StepCase, stepContract } from "../../src/testing/step-contract.js";
import { headersOfAnother, unpackedHeaders } from "../support/module-headers.js";
import { killedController } from "../support/module-kill.js";
import { moduleFiles, moduleName } from "../support/module-source.js";
import { openMachine, temporaryDirectory } from "../support/step-hosts.js";
import { moduleRecipe } from "./module-recipe.js";

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let testbed: VmTestbed;
let client: Host;
let server: Host;
let module: BuiltModule;
/** The same by another macro. */
let other: BuiltModule;

beforeAll(async () => {
  directory = await temporaryDirectory();
  testbed = await openVmTestbed({ recipe: moduleRecipe, hosts: ["client", "server"] });
  [client, server] = testbed.hosts as [Host, Host];
  const { stdout } = await client.run({ argv: ["uname", "-r"] });
  const against = await unpackedHeaders(stdout.trim());
  module = await onGuests("count", { against });
  other = await onGuests("other", { against, defines: { STEP: 2 } });
}, 300_000);
afterAll(async () => {
  await testbed?.[Symbol.asyncDispose]();
  await directory?.[Symbol.asyncDispose]();
});
beforeEach(() => {
  vi.stubEnv("XDG_STATE_HOME", join(directory.path, "state"));
});

interface Build {
  readonly against: KernelHeaders;
  readonly defines?: Readonly<Record<string, number>>;
}

/** Builds here and brings the file to both guests. */
async function onGuests(name: string, build: Build): Promise<BuiltModule> {
  await using host = openMachine();
  const own = { ...build, directory: join(directory.path, name) };
  const { module: built } = await buildModule(host, {
    ...own,
    name: moduleName,
    source: { files: moduleFiles },
  });
  const path = `/run/modules/${name}/${moduleName}.ko`;
  await copyModule(server, built, path);
  return await copyModule(client, built, path);
}

async function output(host: Host, script: string): Promise<string> {
  const [result] = await host.batch([{ argv: ["sh", "-c", script] }]);
  return result?.stdout.trim() ?? "";
}

const isLoaded = async (host: Host) =>
  (await output(host, `ls -d /sys/module/${moduleName} 2>/dev/null`)) !== "";
const counted = async (host: Host) => Number(await output(host, `cat /proc/${moduleName}`));
const letters = (flags: readonly { readonly letter: string }[]) =>
  flags.map(({ letter }) => letter).join("");

describe("a built module", () => {
  stepContract("module file", async (): Promise<StepCase> => {
    return {
      host: client,
      step: moduleFileStep({ module, parameters: { quiet: true } }),
      words: [moduleName, "quiet"],
      savedDirectory: "/run/saved",
      surroundings: async () =>
        await output(client, "cut -d ' ' -f 1 /proc/modules | sort; ls /run/saved 2>/dev/null"),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  });

  test("counts the packets of a pair, and is told in the kernel's log and taint", async () => {
    await using loaded = await loadModule(client, { module });
    await using also = await loadModule(server, { module });
    const address = testbed.links[0]?.ends[1]?.addresses[0]?.split("/")[0] ?? "";
    await client.run({ argv: ["ping", "-c", "3", "-i", "0.2", address] });
    expect([await counted(client), await counted(server)]).toEqual([3, 3]);
    expect(loaded.messages.map(({ text }) => text)).toContain("hoststack_count: begins");
    expect(letters(loaded.taintAfter)).toBe("OE");
    expect(also.warnings).toEqual([]);
    expect(await machineFacts(client, new AbortController().signal)).toMatchObject({
      taint: expect.stringMatching(/^12288: O \(.*\), E \(/),
      foreignModules: `${moduleName} (OE, srcversion ${module.srcversion}, build id ${module.buildId})`,
    });
  });

  test("is gone afterwards", async () => {
    expect([await isLoaded(client), await isLoaded(server)]).toEqual([false, false]);
  });

  test("of another build is refused, or replaced where that is wanted", async () => {
    await output(client, `insmod ${other.path}`);
    await expect(loadModule(client, { module })).rejects.toMatchObject({
      code: "PLAN_IMPOSSIBLE",
      message: expect.stringMatching(`another build of ${moduleName} .*${other.buildId}`),
      remedy: expect.stringMatching(`rmmod ${moduleName}`),
    });
    await using loaded = await loadModule(client, { module, replace: true });
    expect(loaded.module).toBe(module);
    const step = moduleFileStep({ module });
    const [state] = await client.batch([step.check]);
    expect(state?.stdout).toBe("loaded\n");
  });

  test("brings along what it depends on", async () => {
    const against = await unpackedHeaders(module.release);
    const tunnel = await onGuests("tunnel", { against, defines: { TUNNEL: 1 } });
    expect(tunnel.depends).toEqual(["udp_tunnel"]);
    expect(await output(client, `insmod ${tunnel.path} 2>&1`)).toMatch(/Unknown symbol/);
    {
      await using _ = await loadModule(client, { module: tunnel });
      expect(await output(client, "ls -d /sys/module/udp_tunnel")).not.toBe("");
    }
    expect(await output(client, "ls -d /sys/module/udp_tunnel 2>/dev/null")).toBe("");
  });

  test("is unloaded once those who use it are gone, who are named if they stay", async () => {
    const loaded = await loadModule(client, { module, unloadWaitMs: 1000 });
    await using user = await client.start({
      argv: ["sh", "-c", `exec 3</dev/${moduleName}; echo open; read -r word`],
    });
    for await (const chunk of user.stdout.iterator({ destroyOnReturn: false })) {
      if (String(chunk).includes("open")) break;
    }
    const held = `used 1 times, by the process ${user.pid} \\(sh\\) by /dev/${moduleName}`;
    await expect(loaded[Symbol.asyncDispose]()).rejects.toMatchObject({
      code: "RESTORE_CONFLICT",
      message: expect.stringMatching(held),
    });
    await expect(unloadModule(client, { name: moduleName, waitMs: 0 })).rejects.toMatchObject({
      code: "MODULE_IN_USE",
      message: expect.stringMatching(held),
    });
    const unloading = restore([client]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    user.stdin.end("\n");
    expect(await unloading).toMatchObject({ complete: true });
    expect(await isLoaded(client)).toBe(false);
  });

  test("for another kernel is refused, by us before anything is done and by the kernel", async () => {
    const elsewhere = await headersOfAnother(
      await unpackedHeaders(module.release),
      join(directory.path, "headers"),
    );
    const foreign = await onGuests("foreign", { against: elsewhere });
    await expect(loadModule(client, { module: foreign })).rejects.toMatchObject({
      code: "PLAN_IMPOSSIBLE",
      message: expect.stringMatching(
        `is built for the kernel ${elsewhere.release} .*, but ${module.release} is running`,
      ),
      remedy: expect.stringMatching(`build it against ${module.release}, or boot`),
    });
    const pretending = { ...foreign, release: module.release };
    await expect(loadModule(client, { module: pretending })).rejects.toMatchObject({
      code: "KERNEL_FAULT",
      message: expect.stringMatching(/disagrees about version of symbol module_layout/),
    });
  });
});

/** All moments take half a minute, as leases have to expire: `HOSTSTACK_KILLS=4` asks for them. */
const moments = [
  ["while the module begins", "coming", { load_ms: 1500 }],
  ["between plan and apply", "planned", {}],
  ["while the module is held", "held", {}],
  ["while the module ends", "going", { unload_ms: 1500 }],
] as const;
const kills = process.env["HOSTSTACK_KILLS"] === undefined ? 1 : moments.length;

describe("a controller that is killed", () => {
  test.each(moments.slice(0, kills))(
    "%s leaves no module and no journal",
    async (_, moment, parameters) => {
      const [login] = testbed.logins;
      if (login === undefined) throw new Error("no login");
      await killedController({ login, module, moment, parameters, host: client });
      await expect.poll(() => isLoaded(client), { timeout: 60_000, interval: 200 }).toBe(false);
      expect(await restore([client], { waitMs: 60_000 })).toMatchObject({ complete: true });
      const left =
        "cd /var/lib/hoststack 2>/dev/null && ls -d journal/*/[0-9]* saved/* 2>/dev/null";
      expect(await output(client, left)).toBe("");
    },
  );
});

describe("a kernel that complains", () => {
  test("by a warning: the module is unloaded, unless warnings are accepted", async () => {
    const parameters = { fail: "warn" };
    await expect(loadModule(client, { module, parameters })).rejects.toMatchObject({
      code: "KERNEL_FAULT",
      message: expect.stringMatching(/the kernel of client said: WARNING: .*begin\+0x/),
    });
    expect(await isLoaded(client)).toBe(false);
    await using loaded = await loadModule(client, { module, parameters, warnings: "accept" });
    expect(loaded.warnings).toMatchObject([
      { kind: "warning", function: expect.stringMatching(/^begin\+0x.*\[hoststack_count\]$/) },
    ]);
    expect(letters(loaded.taintAfter)).toBe("WOE");
  });

  test("by an oops: with its cause, and the module is stuck", async () => {
    const parameters = { fail: "oops" };
    await expect(loadModule(server, { module, parameters })).rejects.toMatchObject({
      code: "KERNEL_FAULT",
      message: expect.stringMatching(
        /said: BUG: kernel NULL pointer .* in begin\+0x\S+ \[hoststack_count\] \(called by do_one_init/,
      ),
      remedy: expect.stringMatching(/reboot the host/),
      details: { faults: [{ kind: "oops" }] },
    });
    await expect(loadModule(server, { module })).rejects.toMatchObject({
      code: "PLAN_IMPOSSIBLE",
      message: expect.stringMatching(/neither loaded nor gone \(coming\)/),
      remedy: "reboot the host",
    });
    expect(letters((await machineTaint(server)) ?? [])).toMatch(/^DO?/);
  });

  test("by a panic: the host is gone, and that is said", async () => {
    await output(client, "echo 1 >/proc/sys/kernel/panic_on_oops");
    await expect(loadModule(client, { module, parameters: { fail: "bug" } })).rejects.toMatchObject(
      {
        code: "HOST_UNREACHABLE",
        message: "client went away while hoststack_count was loaded: its kernel may have panicked",
      },
    );
  });
});

async function machineTaint(host: Host) {
  const { taint } = await machineFacts(host, new AbortController().signal);
  return [...(taint ?? "").matchAll(/\b([A-Z]) \(/g)].map(([, letter = ""]) => ({ letter }));
}
