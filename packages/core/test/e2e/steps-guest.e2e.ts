import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Host } from "../../src/host/host.js";
import { applyPlan } from "../../src/plan/apply-plan.js";
import { applyScoped } from "../../src/plan/apply-scoped.js";
import { formatPlan } from "../../src/plan/format-plan.js";
import { makePlan } from "../../src/plan/plan.js";
import { restore } from "../../src/plan/restore.js";
import type { Step } from "../../src/plan/step.js";
import { fileStep } from "../../src/steps/file.js";
import { linkAddressStep } from "../../src/steps/link/address.js";
import { linkMtuStep } from "../../src/steps/link/mtu.js";
import { softRoceStep } from "../../src/steps/link/soft-roce.js";
import { linkUpStep } from "../../src/steps/link/up.js";
import { moduleStep } from "../../src/steps/module.js";
import { sysctlStep } from "../../src/steps/sysctl.js";
import { bringBuilds } from "../../src/system/builds/bring-builds.js";
import { type Build, buildKey } from "../../src/system/builds/build.js";
import { builtFact } from "../../src/system/builds/built-fact.js";
import { openVmTestbed, type VmTestbed } from "../../src/testbed/vm/open-vm-testbed.js";
import type { GuestRecipe } from "../../src/testbed/vm/recipe.js";
import { decideOn, type StepCase, stepContract } from "../../src/testing/step-contract.js";
import { stepGuest } from "../support/step-guest.js";
import { openMachine, temporaryDirectory, withPath } from "../support/step-hosts.js";

/** Guests with Debian's kmod beside busybox, and modules that nothing has loaded. */
const recipe: GuestRecipe = {
  ...stepGuest,
  bringUp: [
    // kmod reads no text: it wants its own index.
    { argv: ["depmod"] },
    { argv: ["mkdir", "-p", "/run/busybox", "/run/kmod", "/run/saved", "/run/lab"] },
    { argv: ["sh", "-c", "cd /run/busybox && busybox --install -s . && rm -f setsid nsenter"] },
    {
      argv: [
        "sh",
        "-c",
        'for name in modprobe insmod rmmod modinfo; do ln -s "$(command -v kmod)" "/run/kmod/$name"; done',
      ],
    },
  ],
};

/** Which programs about modules the guest's commands find first. */
const userLands = ["kmod", "busybox"] as const;
type UserLand = (typeof userLands)[number];

let testbed: VmTestbed;
let guest: Host;
const hosts = new Map<UserLand, Host>();
beforeAll(async () => {
  testbed = await openVmTestbed({ recipe, hosts: ["client", "server"] });
  [guest] = testbed.hosts as [Host, Host];
  for (const userLand of userLands) {
    hosts.set(userLand, openMachine(withPath(guest.transport, `/run/${userLand}`)));
  }
}, 300_000);
afterAll(async () => {
  await testbed?.[Symbol.asyncDispose]();
});

function hostWith(userLand: UserLand): Host {
  const host = hosts.get(userLand);
  if (host === undefined) throw new Error("the guests are not there");
  return host;
}

/** What a script prints, by the shell that stays open: emulated guests are slow to log in to. */
async function output(host: Host, script: string): Promise<string> {
  const [result] = await host.batch([{ argv: ["sh", "-c", script] }]);
  return result?.stdout ?? "";
}

const show = `
cut -d ' ' -f 1 /proc/modules | sort
ip -o addr show scope global; ip -o link show | grep -v dummy; cat /proc/sys/net/core/rmem_max
for file in /run/lab/*; do [ ! -e "$file" ] || stat -c '%n %a %u %y' "$file"; done
`;

async function surroundings(host: Host): Promise<string> {
  return (await output(host, show)).replaceAll(/<\S*>|(qdisc|valid_lft).*/g, "");
}

async function caseOf(userLand: UserLand, step: Step, words: readonly string[]): Promise<StepCase> {
  const host = hostWith(userLand);
  return {
    host,
    step,
    words,
    savedDirectory: "/run/saved",
    surroundings: () => surroundings(host),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function decisionOn(host: Host, step: Step) {
  return (await decideOn({ host, step, savedDirectory: "/run/saved" })).decision;
}

describe.each(userLands)("a guest with %s", (userLand) => {
  for (const [name, step, words] of [
    ["module without others", moduleStep({ name: "dummy" }), ["dummy"]],
    [
      "module with what it depends on",
      moduleStep({ name: "rdma-rxe" }),
      ["rdma", "ib_core", "udp_tunnel"],
    ],
    [
      "module with a parameter that is not shown",
      moduleStep({ name: "dummy", parameters: { numdummies: 3 } }),
      ["dummy"],
    ],
    [
      "module with a parameter that is shown",
      moduleStep({ name: "ib_core", parameters: { netns_mode: false } }),
      ["ib_core", "netns_mode"],
    ],
  ] as const) {
    stepContract(name, () => caseOf(userLand, step, words));
  }

  test("has that program answer", async () => {
    const host = hostWith(userLand);
    expect(await output(host, "modprobe --version 2>&1")).toMatch(
      userLand === "kmod" ? /^kmod version \d/ : /BusyBox v\d/,
    );
  });

  test("knows modules that are there, are missing, or have other parameters", async () => {
    const host = hostWith(userLand);
    expect(await decisionOn(host, moduleStep({ name: "virtio-net" }))).toEqual({
      state: "satisfied",
    });
    expect(await decisionOn(host, moduleStep({ name: "no-such-module" }))).toMatchObject({
      state: "impossible",
      reason: expect.stringMatching(/^the module no-such-module is not there: .*not found/),
      remedy: expect.stringMatching(/^install the package of the kernel 6\.\S+ /),
    });
    await output(host, "modprobe ib_core");
    const other = moduleStep({ name: "ib_core", parameters: { netns_mode: false } });
    expect(await decisionOn(host, other)).toMatchObject({
      reason: "ib_core is loaded already with netns_mode=Y",
    });
    await output(host, "rmmod ib_core");
  });

  test("unloads only what came with a module", async () => {
    const host = hostWith(userLand);
    await output(host, "modprobe udp_tunnel");
    const decision = await decisionOn(host, moduleStep({ name: "rdma_rxe" }));
    if (decision.state !== "needed") throw new Error(JSON.stringify(decision));
    expect(decision.undo[0]?.argv.slice(4)).toEqual([
      "rdma_rxe",
      ...["ip6_udp_tunnel", "ib_uverbs", "ib_core"],
    ]);
    await output(host, "rmmod udp_tunnel");
  });

  test("a module built elsewhere is taken from its file", async () => {
    const host = hostWith(userLand);
    const path = (await output(host, "find /lib/modules -name dummy.ko")).trim();
    const step = moduleStep({ name: "dummy", path });
    await using directory = await temporaryDirectory();
    vi.stubEnv("XDG_STATE_HOME", directory.path);
    await using scoped = await applyScoped(await makePlan([{ host, steps: [step] }]), {
      purpose: "test",
    });
    expect(scoped.report.changes).toBe(1);
    expect(await output(host, "ls -d /sys/module/dummy")).toBe("/sys/module/dummy\n");
  });
});

describe("a guest over dropbear", () => {
  for (const [name, step, words] of [
    ["sysctl", sysctlStep({ key: "net.core.rmem_max", value: 4_000_000 }), ["rmem_max"]],
    ["MTU", linkMtuStep({ nic: "lab0", mtuBytes: 1400 }), ["lab0"]],
    ["address", linkAddressStep({ nic: "lab0", address: "10.9.8.7/31" }), ["lab0", "10.9.8"]],
    ["file", fileStep({ path: "/run/lab/file", content: "ü 'x' $HOME\n" }), ["/run/lab"]],
  ] as const) {
    stepContract(name, () => caseOf("busybox", step, words));
  }
});

test("a plan of a guest's kernel, NIC and files holds until it is disposed", async () => {
  await using directory = await temporaryDirectory();
  vi.stubEnv("XDG_STATE_HOME", directory.path);
  const before = await surroundings(guest);
  const steps = [
    moduleStep({ name: "rdma_rxe" }),
    sysctlStep({ key: "net.core.rmem_max", value: 4_000_000 }),
    linkMtuStep({ nic: "lab0", mtuBytes: 1400 }),
    linkAddressStep({ nic: "lab0", address: "10.9.8.7/31" }),
    fileStep({ path: "/run/lab/kept", content: "kept\n" }),
  ];
  const targets = [{ host: guest, steps }];
  const scoped = await applyScoped(await makePlan(targets), { purpose: "test" });
  expect(scoped.report.changes).toBe(steps.length);
  const during = await surroundings(guest);
  for (const sign of ["ip6_udp_tunnel", "4000000", "mtu 1400", "10.9.8.7/31", "kept"]) {
    expect(during).toContain(sign);
  }
  expect(await makePlan(targets)).toMatchObject({ passing: 4, changes: 0 });
  await scoped[Symbol.asyncDispose]();
  const left = await makePlan(targets);
  expect(formatPlan(left)).not.toContain("/run/lab/kept");
  expect(left).toMatchObject({ passing: 0, changes: 4 });
  expect((await restore([guest])).complete).toBe(true);
  expect(await surroundings(guest)).toBe(before);
});

test("the NIC of the SSH session is left alone", async () => {
  const nic = "mgmt0";
  await output(guest, "modprobe -a crc32_generic rdma_rxe");
  const steps = [linkMtuStep({ nic, mtuBytes: 1400 }), linkUpStep({ nic, up: false })];
  for (const step of [...steps, softRoceStep({ nic })]) {
    expect(await decisionOn(guest, step)).toMatchObject({
      state: "impossible",
      reason: `${nic} carries the default route or this SSH session`,
    });
  }
  await output(guest, "modprobe -r rdma_rxe; rmmod crc32_generic");
});

test("SoftRoCE comes with its modules, is left alone where it is, and goes with restore", async () => {
  await using directory = await temporaryDirectory();
  vi.stubEnv("XDG_STATE_HOME", directory.path);
  const before = await surroundings(guest);
  const rxe = moduleStep({ name: "rdma_rxe", lifetime: "kept" });
  const steps = [
    // the kernel asks for it itself where there is a modprobe it knows
    moduleStep({ name: "crc32_generic", lifetime: "kept" }),
    rxe,
    softRoceStep({ nic: "lab0", lifetime: "kept", after: rxe.id }),
  ];
  const targets = [{ host: guest, steps }];
  const plan = await makePlan(targets);
  expect(plan.hosts[0]?.steps.map(({ decision }) => decision.state)).toEqual([
    ...["needed", "needed", "unknownUntil"],
  ]);
  expect((await applyPlan(plan)).changes).toBe(3);
  expect(await output(guest, "rdma link show")).toMatch(/^link rxe_lab0\/1 state ACTIVE .* lab0/);
  expect(await makePlan(targets)).toMatchObject({ changes: 0, impossible: [] });
  expect(await decisionOn(guest, softRoceStep({ nic: "no0" }))).toMatchObject({
    reason: "there is no NIC no0",
  });
  expect((await restore([guest])).complete).toBe(true);
  expect(await output(guest, "rdma link show")).toBe("");
  expect(await surroundings(guest)).toBe(before);
});

test("what the controller has built is brought into guests once, where experiments find it", async () => {
  await using directory = await temporaryDirectory();
  const built = join(directory.path, "artefacts");
  await mkdir(built);
  await writeFile(join(built, "greet"), "#!/bin/sh\necho hello\n", { mode: 0o755 });
  const source = { repository: "https://example.org/greet.git", commit: "a".repeat(40) };
  const build: Build = { name: "greet", source, argv: ["make"], artefacts: ["greet"] };
  const { signal } = new AbortController();
  const bring = () => bringBuilds(testbed, { directories: new Map([[build, built]]), signal });
  await bring();
  const { greet = "" } = builtFact(build).parser.parse(
    (await guest.run({ argv: builtFact(build).argv })).stdout,
  );
  expect(await output(guest, `"${greet}"; stat -c %i "${greet}" >/run/inode`)).toBe("hello\n");
  await bring();
  expect(await output(guest, `stat -c %i "${greet}" | cmp - /run/inode && echo same`)).toBe(
    "same\n",
  );

  const other: Build = { ...build, source: { ...source, commit: "b".repeat(40) } };
  const builds = dirname(dirname(dirname(greet)));
  await output(guest, `touch "${builds}/${buildKey(other)}"`);
  const bringOther = bringBuilds(testbed, { directories: new Map([[other, built]]), signal });
  await expect(bringOther).rejects.toMatchObject({ code: "COMMAND_FAILED" });
  expect(await output(guest, `cd "${builds}" && ls -A`)).not.toContain("brought");
});
