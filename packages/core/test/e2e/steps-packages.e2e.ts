import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../src/host/host.js";
import { packagesStep } from "../../src/steps/packages.js";
import { act, decideOn, runAll, stepContract } from "../../src/testing/step-contract.js";
import { openForgetfulMachine } from "../support/step-hosts.js";

/** What apt and dpkg know of the machine's packages, and the files of the directories they fill. */
const packageFacts = `
dpkg --get-selections
dpkg-query -W
apt-mark showauto
find /etc /usr /opt | sort | sha256sum
`;

// Overlays need root; so does apt.
describe.skipIf(process.getuid?.() !== 0)("on a machine that forgets", () => {
  let machine: Host;
  const savedDirectory = "/nowhere";
  const facts = async () =>
    (await machine.run({ argv: ["sh", "-c", packageFacts] }, { deadlineMs: 120_000 })).stdout;
  const sh = (text: string) =>
    machine.run({ argv: ["sh", "-c", text] }, { deadlineMs: 120_000, reject: false });
  const decide = async (...packages: readonly string[]) =>
    (await decideOn({ host: machine, step: packagesStep({ packages }), savedDirectory })).decision;

  beforeAll(async () => {
    machine = await openForgetfulMachine();
    // Images for containers have apt work its lists up anew each time, which takes seconds.
    const lists = await sh("rm -f /etc/apt/apt.conf.d/docker-clean; apt-get update -q");
    expect(lists.exitCode).toBe(0);
  });
  afterAll(() => machine[Symbol.asyncDispose]());

  for (const packages of [
    ["tree"],
    ["cowsay", "libtext-charwidth-perl", "apt"],
    ["lighttpd"],
  ] as const) {
    stepContract(`packages ${packages.join(" and ")}`, async () => ({
      host: machine,
      step: packagesStep({ packages }),
      savedDirectory,
      words: packages.filter((name) => name !== "apt"),
      surroundings: facts,
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }));
  }

  test("what is installed already is left as it is", async () => {
    expect(await decide("apt", "dpkg", "dash")).toEqual({ state: "satisfied" });
  });

  test("restoring does not take what the user has installed since", async () => {
    const decision = await decide("libtext-charwidth-perl");
    await act(machine, decision);
    await sh("apt-get install -y --no-install-recommends cowsay");
    if (decision.state !== "needed") throw new Error("nothing was needed");
    await expect(runAll(machine, decision.undo)).rejects.toThrow(
      "installed since, and needing what would be removed: cowsay",
    );
    expect((await sh("dpkg-query -W cowsay")).exitCode).toBe(0);
    await sh("apt-get purge -y cowsay");
    await runAll(machine, decision.undo);
    expect((await sh("dpkg-query -W cowsay libtext-charwidth-perl")).exitCode).toBe(1);
  });

  test("undoing half an installation removes what was added", async () => {
    const before = await facts();
    const decision = await decide("cowsay");
    await sh("apt-get install -y --no-install-recommends --download-only cowsay");
    await sh("dpkg --unpack /var/cache/apt/archives/cowsay_*.deb");
    expect(await decide("cowsay")).toMatchObject({
      state: "impossible",
      reason: expect.stringContaining("cowsay is only half installed"),
    });
    if (decision.state !== "needed") throw new Error("nothing was needed");
    await runAll(machine, decision.undo);
    expect(await facts()).toBe(before);
  });

  test("tells in apt's words what it cannot install", async () => {
    expect(await decide("no-such-package-here", "tree")).toMatchObject({
      state: "impossible",
      reason: expect.stringMatching(
        /no-such-package-here, tree: Unable to locate package no-such-package-here/,
      ),
      remedy: expect.stringContaining("apt-get update"),
    });
    expect(await decide("mail-transport-agent")).toMatchObject({
      state: "impossible",
      reason: expect.stringMatching(/mail-transport-agent/),
    });
  });

  test("refuses what would remove or upgrade a package of the user", async () => {
    const replacing = await decide("busybox");
    expect(replacing).toMatchObject({ state: "needed" });
    await act(machine, replacing);
    expect(await decide("busybox-static")).toMatchObject({
      state: "impossible",
      reason: "installing busybox-static would remove busybox",
    });
    if (replacing.state === "needed") await runAll(machine, replacing.undo);
  });

  test("refuses what the user removed but kept the configuration of", async () => {
    await sh("apt-get install -y --no-install-recommends lighttpd && apt-get remove -y lighttpd");
    expect(await decide("lighttpd")).toMatchObject({
      state: "impossible",
      reason: expect.stringContaining("its configuration was kept"),
      remedy: expect.stringContaining("apt-get purge lighttpd"),
    });
    await sh("apt-get purge -y --autoremove lighttpd");
  });

  test("says in apt's words that the network was in the way", async () => {
    const decision = await decide("tree");
    if (decision.state !== "needed") throw new Error("nothing was needed");
    const offline = decision.actions.map((action) => ({
      ...action,
      env: { http_proxy: "http://127.0.0.1:9", https_proxy: "http://127.0.0.1:9" },
    }));
    await sh("mv /etc/apt/apt.conf.d /etc/apt/apt.conf.away; mkdir /etc/apt/apt.conf.d");
    await expect(runAll(machine, offline)).rejects.toThrow(/127\.0\.0\.1.*9/);
    await sh("rmdir /etc/apt/apt.conf.d; mv /etc/apt/apt.conf.away /etc/apt/apt.conf.d");
    expect(await decide("tree")).toEqual(decision);
  });

  test("another user than root is told to be it", async () => {
    const argv = [
      "setpriv",
      "--reuid=65534",
      "--regid=65534",
      "--clear-groups",
      "sh",
      "-c",
    ] as const;
    const step = packagesStep({ packages: ["tree"] });
    const asNobody = async (command: typeof step.check) => {
      const { exitCode, stdout, stderr } = await machine.run(
        { argv: [...argv, 'exec "$@"', "sh", ...command.argv] },
        { reject: false },
      );
      return { exitCode: exitCode ?? 255, stdout, stderr };
    };
    const [seen, ...answers] = await Promise.all(
      [step.check, ...(step.probes ?? [])].map(asNobody),
    );
    if (seen === undefined) throw new Error("no answer");
    expect(step.decide(seen, answers, { savedDirectory })).toMatchObject({
      state: "impossible",
      reason: "only root can install tree",
    });
  });
});
