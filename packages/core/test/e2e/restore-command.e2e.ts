import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recordedTerminal } from "../../src/cli/recorded-terminal.js";
import { restoreHosts } from "../../src/cli/restore-command.js";
import { runCli } from "../../src/cli/run-cli.js";
import { tellChanges } from "../../src/cli/status-command.js";
import { applyPlan } from "../../src/plan/apply-plan.js";
import { makePlan } from "../../src/plan/plan.js";
import { defineSystem } from "../../src/system/system.js";
import { type NamespaceServers, openNamespaceServers } from "../support/namespace-servers.js";
import { planPlace } from "../support/plan-place.js";
import { toyFile } from "../support/plan-steps.js";
import { freePort } from "../support/ssh-server.js";

const { signal } = new AbortController();
const root = process.getuid?.() === 0;

test("changes are shown, then undone with --yes; those of others stay", async () => {
  await using place = await planPlace();
  await using host = place.open("node0");
  const [first, second] = ["first", "second"].map((name) => join(place.directory, name));
  const steps = [first, second].map((path = "") =>
    toyFile({ path, content: "ours\n", lifetime: "kept" }),
  );
  await applyPlan(await makePlan([{ host, steps }]));

  const status = recordedTerminal();
  await tellChanges({ hosts: [host] }, { json: false, signal }, status);
  const [title, newest, oldest] = status.out.text().split("\n");
  expect(title).toBe("node0");
  expect(newest).toMatch(new RegExp(`^  ~ toy file ${second}, since 20.*, kept until restore$`));
  expect(oldest).toContain(`toy file ${first}`);

  const shown = recordedTerminal();
  const asked = { json: false, signal };
  expect(await restoreHosts({ hosts: [host] }, { ...asked, yes: false }, shown)).toBe(0);
  expect(shown.err.text()).toContain("2 to undo: --yes does it");
  expect(await readFile(String(first), "utf8")).toBe("ours\n");

  await writeFile(String(second), "theirs\n");
  const stays = recordedTerminal();
  expect(await restoreHosts({ hosts: [host] }, { ...asked, yes: true }, stays)).toBe(5);
  expect(stays.out.text()).toContain(`conflict: toy file ${second}; now "file\\ntheirs\\n"`);
  expect(stays.out.text()).toContain(`restored: toy file ${first}`);
  expect(await readFile(String(second), "utf8")).toBe("theirs\n");

  await writeFile(String(second), "ours\n");
  const done = recordedTerminal();
  expect(await restoreHosts({ hosts: [host] }, { yes: true, json: true, signal }, done)).toBe(0);
  expect(JSON.parse(done.out.text())).toMatchObject({ complete: true });
  const after = recordedTerminal();
  await tellChanges({ hosts: [host] }, { json: false, signal }, after);
  expect(after.out.text()).toBe("node0\n  nothing is changed\n");
});

describe("as commands", () => {
  let servers: NamespaceServers;
  beforeAll(async () => {
    if (root) servers = await openNamespaceServers();
  });
  afterAll(() => servers?.[Symbol.asyncDispose]());

  const system = defineSystem({
    ...{ name: "lab", version: "1.0.0", summary: "a lab", experiments: {}, suites: {} },
    guest: () => {
      throw new Error("not of this test");
    },
  });
  const call = async (...argv: string[]) => {
    const terminal = recordedTerminal();
    const code = await runCli(system, argv, terminal);
    return { code, out: terminal.out.text(), err: terminal.err.text() };
  };

  test.each(["status", "restore"])("%s needs a testbed file", async (verb) => {
    expect(await call(verb)).toMatchObject({
      code: 2,
      err: expect.stringContaining(`${verb} needs --testbed FILE`),
    });
  });

  test.skipIf(!root)("they reach the hosts of a file over SSH, and tell how with -v", async () => {
    await using place = await planPlace();
    const path = await servers.put(
      "lab.yaml",
      `version: 1
hosts:
  here: { local: true }
  client: { ssh: { destination: client, config: ./config } }
  server: { ssh: { destination: server, config: ./config } }
links:
  - { name: data, ends: [{ host: client, nic: lab0 }, { host: server, nic: lab0 }] }
evidence: namespace
`,
    );
    await using host = place.open("here");
    const file = toyFile({ path: join(place.directory, "x"), content: "x\n", lifetime: "kept" });
    await applyPlan(await makePlan([{ host, steps: [file] }]));
    const where = ["here", "--testbed", path];
    expect(await call("status", "client", "--testbed", path, "-v")).toMatchObject({
      code: 0,
      err: expect.stringMatching(/^client\$ sh -c .* hoststack-place: exit status 0/m),
    });
    const status = await call("status", ...where, "--json");
    expect(JSON.parse(status.out)).toMatchObject([
      { host: "here", entries: [{ stepId: file.id }] },
    ]);
    const restored = await call("restore", ...where, "--yes");
    expect(restored).toMatchObject({ code: 0, out: expect.stringContaining("restored: toy file") });
    expect(await call("restore", "hree", "--testbed", path)).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean "here"?'),
    });
  });

  test.skipIf(!root)("a host that cannot be reached keeps nobody else from it", async () => {
    await using place = await planPlace();
    await using host = place.open("here");
    await servers.put("gone", `Host gone\nHostName 127.0.0.1\nPort ${await freePort()}\n`);
    const path = await servers.put(
      "partly.yaml",
      `version: 1
hosts:
  gone: { ssh: { destination: gone, config: ./gone } }
  here: { local: true }
links:
  - { name: data, ends: [{ host: gone, nic: lab0 }, { host: here, nic: lab0 }] }
evidence: namespace
`,
    );
    const file = toyFile({ path: join(place.directory, "x"), content: "x\n", lifetime: "kept" });
    await applyPlan(await makePlan([{ host, steps: [file] }]));
    const where = ["--testbed", path];
    const err = expect.stringMatching(
      /error: a host is not usable \[HOST_UNREACHABLE\]\n {2}gone: .*nothing listens/,
    );
    const gone = { host: "gone", error: { code: "HOST_UNREACHABLE" } };

    const status = await call("status", ...where);
    expect(status).toMatchObject({ code: 4, err, out: expect.stringContaining("toy file") });
    const data = await call("status", ...where, "--json");
    expect(JSON.parse(data.out)).toMatchObject([
      { host: "here", entries: [{ stepId: file.id }] },
      gone,
    ]);

    const shown = await call("restore", ...where, "--json");
    expect(shown).toMatchObject({ code: 4, err });
    expect(JSON.parse(shown.out)).toMatchObject([{ host: "here" }, gone]);
    expect(await readFile(join(place.directory, "x"), "utf8")).toBe("x\n");
    const restored = await call("restore", ...where, "--yes", "--json");
    expect(restored).toMatchObject({ code: 4, err });
    expect(JSON.parse(restored.out)).toMatchObject({
      complete: false,
      hosts: [{ host: "here", entries: [{ outcome: "restored" }] }, gone],
    });
    await expect(readFile(join(place.directory, "x"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});
