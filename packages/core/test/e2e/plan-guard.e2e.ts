import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { openHost } from "../../src/host/open-host.js";
import { openSshTransport } from "../../src/host/ssh.js";
import { applyScoped } from "../../src/plan/apply-scoped.js";
import { acquireLease } from "../../src/plan/lease.js";
import { makePlan } from "../../src/plan/plan.js";
import { restore } from "../../src/plan/restore.js";
import { openTestbed } from "../../src/testbed/open-testbed.js";
import { planPlace } from "../support/plan-place.js";
import { processesLeft } from "../support/plan-remains.js";
import { toyFile } from "../support/plan-steps.js";
import { openSshServer, packageTree } from "../support/ssh-server.js";

// The server changes users and mounts a user list of its own.
const notRoot = process.getuid?.() !== 0;

async function gone(path: string): Promise<void> {
  for (let tries = 0; existsSync(path); tries++) {
    if (tries > 500) throw new Error(`${path} is still there`);
    await sleep(20);
  }
}

describe.skipIf(notRoot)("the guard of a host", () => {
  const shells = {
    "OpenSSH and dash": async () => ({ kind: "openssh", run: "exec /bin/sh" }) as const,
    "dropbear and busybox": async () => {
      const busybox = `${await packageTree("busybox-static")}/bin/busybox`;
      const install = `mkdir -p "$HOME/bin" && [ -e "$HOME/bin/sh" ] || ${busybox} --install -s "$HOME/bin"`;
      // That busybox has no flock: it is the one program of the machine's own that is left.
      const flock = 'ln -sf /usr/bin/flock "$HOME/bin/flock"';
      const run = `${install}; ${flock}; export PATH=$HOME/bin; exec ${busybox} sh`;
      return { kind: "dropbear", run } as const;
    },
  };
  test.each(Object.entries(shells))(
    "undoes scoped changes when the connection is cut: %s",
    async (_, shellOf) => {
      await using place = await planPlace();
      const { kind, run } = await shellOf();
      const state = `export HOSTSTACK_STATE_DIRECTORY='${place.state}' LOGGED_IN='${place.state}'`;
      await using server = await openSshServer({
        kind,
        shell: `#!/bin/sh\n${state}\n${run} "$@"\n`,
      });
      const transport = await openSshTransport(server.options);
      await using host = openHost({ name: "server", machine: { id: "server" }, transport });
      const path = (name: string) => join(place.directory, name);
      const steps = [
        toyFile({ path: path("kept"), content: "k\n", lifetime: "kept" }),
        toyFile({ path: path("scoped"), content: "s\n", lifetime: "scoped" }),
      ];
      const plan = await makePlan([{ host, steps }]);
      const scoped = await applyScoped(plan, { purpose: "be cut", leaseMs: 1000 });
      await sleep(1500);
      expect(existsSync(path("scoped"))).toBe(true);
      server.cutConnections();
      await gone(join(place.state, "lease"));
      expect([existsSync(path("kept")), existsSync(path("scoped"))]).toEqual([true, false]);
      expect(await processesLeft(`LOGGED_IN=${place.state}`)).toEqual([]);
      await expect(scoped[Symbol.asyncDispose]()).rejects.toMatchObject({
        code: "HOST_UNREACHABLE",
      });
      const again = await openSshTransport(server.options);
      await using later = openHost({ name: "server", machine: { id: "server" }, transport: again });
      expect(await restore([later])).toMatchObject({
        complete: true,
        hosts: [{ entries: [{ outcome: "restored", entry: { lifetime: "kept" } }], lost: [] }],
      });
      expect(existsSync(path("kept"))).toBe(false);
    },
  );
});

describe.skipIf(notRoot)("namespace hosts", () => {
  test("share the machine's lease and keep changes of their namespaces apart", async () => {
    await using place = await planPlace();
    await using testbed = await openTestbed({ kind: "netns", hosts: ["client", "server"] });
    const hosts = testbed.hosts;
    const targets = hosts.map((host) => ({
      host,
      steps: [
        toyFile({
          path: join(place.directory, `${host.name}-netns`),
          content: "n\n",
          lifetime: "scoped",
          scope: "netns",
        }),
        toyFile({
          path: join(place.directory, `${host.name}-machine`),
          content: "m\n",
          lifetime: "kept",
        }),
      ],
    }));
    const scoped = await applyScoped(await makePlan(targets), { purpose: "both" });
    expect(readdirSync(join(place.state, "journal")).sort()).toMatchObject([
      "machine",
      expect.stringMatching(/^net-\d+-\d+$/),
      expect.stringMatching(/^net-\d+-\d+$/),
    ]);
    await scoped[Symbol.asyncDispose]();
    expect(readdirSync(place.directory).sort()).toEqual([
      "client-machine",
      "controller",
      "server-machine",
      "state",
    ]);
    expect((await restore(hosts)).complete).toBe(true);
    expect(readdirSync(place.directory).sort()).toEqual(["controller", "state"]);
  });

  test("leave changes of the machine to its next holder when their processes die", async () => {
    await using place = await planPlace();
    const path = join(place.directory, "file");
    const testbed = await openTestbed({ kind: "netns", hosts: ["client", "server"] });
    const [host] = testbed.hosts;
    if (host === undefined) throw new Error("no host");
    const steps = [toyFile({ path, content: "m\n", lifetime: "scoped" })];
    const plan = await makePlan([{ host, steps }]);
    const scoped = await applyScoped(plan, { purpose: "end early", leaseMs: 1000 });
    await testbed[Symbol.asyncDispose]();
    await expect(scoped[Symbol.asyncDispose]()).rejects.toMatchObject({ code: expect.any(String) });
    expect(existsSync(path)).toBe(true);
    await using machine = place.open();
    await using lease = await acquireLease([machine], { purpose: "next", waitMs: 10_000 });
    expect(lease.undone).toEqual([`restored: toy file ${path}`]);
    expect(existsSync(path)).toBe(false);
  });
});
