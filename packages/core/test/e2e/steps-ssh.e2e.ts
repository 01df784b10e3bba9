import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSshTransport } from "../../src/host/ssh.js";
import { openSshTarget } from "../../src/host/ssh-target.js";
import type { Step } from "../../src/plan/step.js";
import { builtBinaryStep } from "../../src/steps/built-binary.js";
import { fileStep } from "../../src/steps/file.js";
import { gitCheckoutStep } from "../../src/steps/git-checkout.js";
import { linkAddressStep } from "../../src/steps/link/address.js";
import { linkMtuStep } from "../../src/steps/link/mtu.js";
import { linkUpStep } from "../../src/steps/link/up.js";
import { patternEditStep } from "../../src/steps/pattern-edit.js";
import { sysctlStep } from "../../src/steps/sysctl.js";
import { decideOn, type StepCase, stepContract } from "../../src/testing/step-contract.js";
import { type NamespaceServers, openNamespaceServers } from "../support/namespace-servers.js";
import { openSshServer, type SshServer } from "../support/ssh-server.js";
import { openMachine, run, temporaryDirectory } from "../support/step-hosts.js";

// The servers change users and mount a user list of their own.
const notRoot = process.getuid?.() !== 0;

/** Names, modes and content of everything in a directory, at any depth. */
async function listing(directory: string): Promise<string> {
  const names = (await readdir(directory, { recursive: true })).sort();
  const lines = names.map(async (name) => {
    const { mode, mtimeMs } = await stat(join(directory, name));
    const content = await readFile(join(directory, name), "utf8").catch(() => "");
    return `${name} ${mode} ${mtimeMs} ${content}`;
  });
  return (await Promise.all(lines)).join("\n");
}

async function commitIn(directory: string): Promise<string> {
  const git = (...args: readonly string[]) =>
    run("git", ["-C", directory, "-c", "user.name=A", "-c", "user.email=a@b", ...args]);
  await git("init", "-q");
  await git("commit", "-q", "--allow-empty", "-m", "one");
  return (await git("rev-parse", "HEAD")).stdout.trim();
}

describe.skipIf(notRoot)("over a real SSH server", () => {
  let server: SshServer;
  beforeAll(async () => {
    server = await openSshServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function caseOf(make: (work: string) => Promise<Step> | Step): Promise<StepCase> {
    const directory = await temporaryDirectory();
    const work = join(directory.path, "it's work");
    await mkdir(work);
    await mkdir(join(directory.path, "saved"));
    await writeFile(join(work, "there"), "CC = gcc\n");
    const host = openMachine(await openSshTransport(server.options));
    return {
      host,
      step: await make(work),
      savedDirectory: join(directory.path, "saved"),
      words: [work],
      surroundings: () => listing(work),
      [Symbol.asyncDispose]: async () => {
        await host[Symbol.asyncDispose]();
        await directory[Symbol.asyncDispose]();
      },
    };
  }

  stepContract("file", () =>
    caseOf((work) => fileStep({ path: `${work}/there`, content: "ü 'x' $HOME", mode: 0o604 })),
  );
  stepContract("pattern edit", () =>
    caseOf((work) =>
      patternEditStep({
        path: `${work}/there`,
        edits: [{ pattern: "gcc", replacement: "clang" }],
      }),
    ),
  );
  stepContract("built binary", () =>
    caseOf((work) => builtBinaryStep({ localPath: "/bin/cat", path: `${work}/cat` })),
  );
  stepContract("git checkout", () =>
    caseOf(async (work) => {
      const repository = join(work, "..", "upstream");
      await mkdir(repository);
      return gitCheckoutStep({ repository, commit: await commitIn(repository), path: `${work}/t` });
    }),
  );
});

describe.skipIf(notRoot)("hosts with a data NIC over SSH", () => {
  let servers: NamespaceServers;
  beforeAll(async () => {
    servers = await openNamespaceServers();
  });
  afterAll(() => servers[Symbol.asyncDispose]());

  const open = async (destination: string, carrier: "openssh" | "ssh2" = "ssh2") =>
    openMachine(await openSshTarget({ destination, configFile: servers.config, carrier }));

  for (const [name, step] of [
    ["sysctl", sysctlStep({ key: "net.ipv4.ip_forward", value: 1, scope: "netns" })],
    ["MTU", linkMtuStep({ nic: "lab0", mtuBytes: 1400 })],
    ["address", linkAddressStep({ nic: "lab0", address: "10.9.8.7/31" })],
  ] as const) {
    stepContract(name, async () => {
      const host = await open("server");
      const surroundings = async () => {
        const shown = await servers.inside("server", "ip", "-o", "addr", "show", "scope", "global");
        return shown + (await servers.inside("server", "cat", "/sys/class/net/lab0/mtu"));
      };
      const close = () => host[Symbol.asyncDispose]();
      const words = ["lab0", "ip_forward", "10.9.8.7"];
      return {
        host,
        step,
        words,
        savedDirectory: "/nowhere",
        surroundings,
        [Symbol.asyncDispose]: close,
      };
    });
  }

  test.each(["ssh2", "openssh"] as const)(
    "keep the NIC their session comes over, by %s",
    async (carrier) => {
      const steps = [
        linkUpStep({ nic: "lab0", up: false }),
        linkMtuStep({ nic: "lab0", mtuBytes: 1400 }),
      ];
      await using beside = await open("server", carrier);
      await using over = await open("over-data", carrier);
      for (const step of steps) {
        const at = { step, savedDirectory: "/nowhere" };
        expect((await decideOn({ ...at, host: over })).decision).toMatchObject({
          state: "impossible",
          reason: "lab0 carries the default route or this SSH session",
        });
        expect((await decideOn({ ...at, host: beside })).decision).toMatchObject({
          state: "needed",
        });
      }
    },
  );
});
