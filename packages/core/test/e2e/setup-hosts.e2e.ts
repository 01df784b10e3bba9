import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { recordedTerminal } from "../../src/cli/recorded-terminal.js";
import { runCli } from "../../src/cli/run-cli.js";
import {
  type AnyExperiment,
  defineSetup,
  defineSystem,
  fileStep,
  type Step,
} from "../../src/index.js";
import { type NamespaceServers, openNamespaceServers } from "../support/namespace-servers.js";
import { honest, pingLike } from "../support/ping-like.js";

/** One that runs a program which has to be installed first. */
const listing: AnyExperiment = {
  ...pingLike((context) =>
    honest(context).map((spec) =>
      spec.id === "client"
        ? spec
        : { ...spec, argv: ["sh", "-c", `tree --version && ${spec.argv[2]}`] },
    ),
  ),
  tools: [{ program: "tree", debianPackage: "tree" }],
};

/** Fails until somebody lets it pass. */
const gate: Step = {
  ...{ id: "gate", title: "pass the gate", scope: "machine", lifetime: "kept", survives: "reboot" },
  check: { argv: ["sh", "-c", "[ -e /etc/passed ] && echo passed || echo waiting"] },
  decide: ({ stdout }) =>
    stdout === "passed\n"
      ? { state: "satisfied" }
      : {
          state: "needed",
          wanted: "passed\n",
          actions: [{ argv: ["sh", "-c", "[ -e /etc/gate ] && : >/etc/passed"] }],
          undo: [{ argv: ["rm", "-f", "/etc/passed"] }],
        },
};

const system = defineSystem({
  ...{ name: "lab", version: "1.0.0", summary: "a lab", suites: {} },
  experiments: { listing },
  setup: defineSetup({
    options: z.strictObject({
      burst: z.int().default(16).describe("packets in a burst"),
      gate: z.boolean().default(false),
    }),
    packages: () => ["libtext-charwidth-perl"],
    steps: ({ options, role, end }) => [
      fileStep({
        path: "/etc/lab.conf",
        content: `role ${role}\nnic ${end.nic}\nburst ${options.burst}\n`,
      }),
      ...(options.gate ? [gate] : []),
    ],
  }),
  guest: () => {
    throw new Error("not of this test");
  },
});

// Overlays and servers need root.
describe.skipIf(process.getuid?.() !== 0)("hosts that are set up over SSH", () => {
  let servers: NamespaceServers;
  let path: string;
  let place: string;
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
    servers = await openNamespaceServers({ forgetful: true });
    path = await servers.putTestbed();
    await servers.supplyPackages("tree", "libtext-charwidth-perl");
  });
  afterAll(async () => {
    await servers?.[Symbol.asyncDispose]();
    await rm(place, { recursive: true, force: true });
  });

  const call = async (...argv: string[]) => {
    vi.stubEnv("XDG_STATE_HOME", place);
    const terminal = recordedTerminal();
    const code = await runCli(system, [...argv, "--testbed", path], terminal);
    return { code, out: terminal.out.text(), err: terminal.err.text() };
  };
  const run = () =>
    call("run", "listing", "--repeat", "1", "--json", "--out", join(place, "results"));
  /** What a setup may touch. */
  const surroundings = () =>
    Promise.all(
      (["client", "server"] as const).map((host) =>
        servers.inside(
          host,
          "sh",
          "-c",
          "dpkg --get-selections; apt-mark showauto; find /etc | sort",
        ),
      ),
    );

  test("are planned, set up, used and restored, each step saying what comes next", async () => {
    const before = await surroundings();
    const planned = await call("plan", "--detailed-exitcode");
    expect(planned.code).toBe(10);
    expect(planned.out).toMatch(/^client\n {2}~ have libtext-charwidth-perl, tree\n/);
    expect(planned.out).toMatch(/^ {6}\+ tree \d/m);
    expect(planned.out).toContain("+role server");
    expect(planned.out).toMatch(/^4 steps to do$/m);

    const refused = await run();
    expect(refused.code).toBe(3);
    expect(refused.err).toContain("[SETUP_MISSING]");
    expect(refused.err).toContain("client: it still has to have libtext-charwidth-perl, tree");
    expect(refused.err).toContain(`lab setup listing --testbed ${path}`);
    const doctor = await call("doctor", "listing");
    expect(doctor.code).toBe(3);
    expect(doctor.out).toContain(`fix: lab setup listing --testbed ${path}`);

    const unasked = await call("setup");
    expect(unasked.code).toBe(2);
    expect(unasked.err).toContain('nothing was changed: no terminal to ask "change client and');
    expect(unasked.err).toContain("--yes");
    expect(await surroundings()).toEqual(before);

    const done = await call("setup", "listing", "--yes", "--json");
    expect(done.err).toContain("4 changes are made");
    expect(done.code).toBe(0);
    expect(JSON.parse(done.out)).toMatchObject({
      plan: { changes: 4, impossible: 0 },
      applied: [
        { host: "client", applied: ["programs:libtext-charwidth-perl,tree", "file:/etc/lab.conf"] },
        { host: "server" },
      ],
    });
    expect(await servers.inside("server", "cat", "/etc/lab.conf")).toBe(
      "role server\nnic lab0\nburst 16\n",
    );

    const settled = await call("plan", "--detailed-exitcode");
    expect(settled).toMatchObject({ code: 0, out: expect.stringMatching(/^nothing to do$/m) });
    expect(settled.out).toContain("= have libtext-charwidth-perl, tree: fine already");
    expect(await call("setup")).toMatchObject({
      code: 0,
      err: expect.stringMatching(/^nothing to do$/m),
    });

    const measured = await run();
    expect(measured.err).not.toContain("error");
    // 5: a busy machine makes a trial suspect
    expect([0, 5]).toContain(measured.code);

    const changed = await call("plan", "--burst", "32", "--json");
    expect(JSON.parse(changed.out)).toMatchObject({
      changes: 2,
      hosts: [{ steps: [{ state: "satisfied" }, { state: "needed" }] }, {}],
    });

    expect((await call("restore", "--yes")).code).toBe(0);
    expect(await surroundings()).toEqual(before);
    expect((await call("plan", "--detailed-exitcode")).code).toBe(10);
  });

  test("a setup that failed keeps what was done and goes on from there", async () => {
    const failed = await call("setup", "--gate", "--yes");
    expect(failed.code).toBe(1);
    expect(failed.err).toContain('step "gate" on ');
    const rest = await call("plan", "--gate");
    expect(rest.out).toMatch(/^2 of 6 steps to do/m);
    await Promise.all(
      (["client", "server"] as const).map((host) => servers.inside(host, "touch", "/etc/gate")),
    );
    expect(await call("setup", "--gate", "--yes")).toMatchObject({
      code: 0,
      err: expect.stringContaining("2 changes are made"),
    });
    expect((await call("restore", "--yes")).code).toBe(0);
    expect(await servers.inside("client", "sh", "-c", "ls /etc/passed 2>&1 || :")).toContain(
      "No such",
    );
  });

  test("what is misspelt is told with what was meant", async () => {
    expect(await call("plan", "listnig")).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean "listing"?'),
    });
    expect(await call("setup", "--brust", "3")).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean "--burst"?'),
    });
    expect(await call("setup", "--burst", "x")).toMatchObject({ code: 2 });
  });
});
