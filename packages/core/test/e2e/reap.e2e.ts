import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { afterAll, expect, test } from "vitest";
import { processToken, tokenState } from "../../src/host/process-token.js";
import { findLeftovers } from "../../src/reap/find-leftovers.js";
import type { Leftover } from "../../src/reap/leftover.js";
import { reap } from "../../src/reap/reap.js";
import { type Ledger, readLedger, writeLedger } from "../../src/testbed/kept/ledger.js";
import { claimDirectory, directoryOf } from "../../src/testbed/kept/place.js";
import { ownHome } from "../support/own-home.js";
import { bundledScript, removeBundledScripts } from "./vm-bundled-script.js";

/** Makes one of everything a process of ours may leave, says where, and waits. */
const controllerScript = `
import { defaultCacheDirectory } from "#core/testbed/vm/cache-directory.js";
import { hostname } from "node:os";
import { join } from "node:path";
import { makePrivateDirectory } from "#core/host/ssh/openssh/private-directory.js";
import { openLocalTransport } from "#core/host/local.js";
import { buildingPrefix, ownedDirectory } from "#core/packages/owned-directory.js";
import { openRunDirectory } from "#core/testbed/vm/run-directory.js";
import { keptDirectory } from "#core/testbed/kept/place.js";

const directories = [
  await ownedDirectory(join(defaultCacheDirectory(), "packages"), buildingPrefix),
  await ownedDirectory(keptDirectory(), ".making-"),
  (await openRunDirectory()).path,
  await makePrivateDirectory(),
];
const transport = openLocalTransport();
const script = 'trap "" TERM; setsid sleep 1000 >/dev/null 2>&1 & echo $!; exec sleep 1000';
const process_ = await transport.start({ argv: ["sh", "-c", script] });
const pid = await new Promise((resolve) => process_.stdout.once("data", (text) => resolve(Number(text))));
console.log(JSON.stringify({ directories, pid, program: process_.pid }));
setInterval(() => {}, 1000);
`;

/** A process with all it has made. */
interface Controller {
  readonly child: ChildProcess;
  readonly token: string;
  readonly directories: readonly string[];
  /** A process that its command has left behind. */
  readonly pid: number;
  /** The command itself, which dies with it. */
  readonly program: number;
}

const home = ownHome();
afterAll(removeBundledScripts);

async function startController(): Promise<Controller> {
  const child = spawn(process.execPath, [await bundledScript("reap", controllerScript)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  home.children.push(child);
  const [line] = await once(createInterface({ input: child.stdout as Readable }), "line");
  return { child, token: processToken(child.pid), ...JSON.parse(String(line)) };
}

async function kill({ child }: Controller): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

const ledger = (name: string, holder: string): Ledger => ({
  ...{ version: 1, name, kind: "netns", system: "test", machine: hostname(), holder },
  ...{ createdAt: new Date().toISOString(), state: "opening" },
});

const keep = (name: string, holder: string) =>
  claimDirectory(name, (directory) => writeLedger(directory, ledger(name, holder)));

/** What belongs to some processes; other tests may run beside this one. */
async function leftoversOf(...owners: string[]): Promise<Leftover[]> {
  return (await findLeftovers()).filter((one) => {
    return one.kind === "process" ? owners.includes(one.owner) : true;
  });
}

const namesOf = (leftovers: readonly Leftover[]) =>
  leftovers
    .map((one) => {
      if (one.kind === "directory") return one.path;
      return one.kind === "process" ? `process ${one.token.split("-")[0]}` : one.what;
    })
    .toSorted();

test("all that a killed process left is found and reaped, nothing of a living one", async () => {
  const [dead, living] = [await startController(), await startController()];
  const decoys = [
    "TMPDIR/hoststack-vm-mine",
    "TMPDIR/hoststack-abcdef",
    "XDG_CACHE_HOME/hoststack",
  ];
  decoys.push(`TMPDIR/hoststack-vm-${dead.token}x.y`, "XDG_RUNTIME_DIR/hoststack-vm-1-1-1-0.other");
  for (const decoy of decoys) await mkdir(join(home.path(), decoy), { recursive: true });
  const stranger = spawn("sleep", ["1000"], { env: { HOSTSTACK_OWNER: "me" }, stdio: "ignore" });
  home.children.push(stranger);
  await keep("alive", living.token);
  await keep("gone", dead.token);

  const before = await leftoversOf(dead.token, living.token);
  expect(before.map(({ kind, reapable }) => [kind, reapable])).toEqual([
    ["testbed", false],
    ["testbed", false],
  ]);
  await kill(dead);
  const found = await leftoversOf(dead.token, living.token);
  const [alive, gone] = found.filter(({ kind }) => kind === "testbed");
  expect(namesOf(found.filter(({ reapable }) => reapable))).toEqual(
    [...dead.directories, `process ${dead.pid}`, gone?.what].toSorted(),
  );
  expect(found.filter(({ reapable }) => !reapable)).toEqual([alive]);
  expect(found.map((one) => one.why).join("\n")).toContain(`process ${dead.child.pid}`);

  const orphan = processToken(dead.pid);
  const report = await reap(found);
  expect(report.failed).toEqual([]);
  expect(namesOf(report.reaped)).toEqual(namesOf(found.filter(({ reapable }) => reapable)));
  expect(tokenState(orphan)).toBe("dead");
  expect(dead.directories.filter((path) => existsSync(path))).toEqual([]);
  expect(living.directories.filter((path) => !existsSync(path))).toEqual([]);
  for (const pid of [living.pid, living.program, Number(living.child.pid), Number(stranger.pid)]) {
    expect(tokenState(processToken(pid))).toBe("alive");
  }
  expect(decoys.filter((decoy) => !existsSync(join(home.path(), decoy)))).toEqual([]);
  expect(namesOf(await leftoversOf(dead.token, living.token))).toEqual([alive?.what]);

  await kill(living);
  const rest = await leftoversOf(living.token);
  expect(rest.every(({ reapable }) => reapable)).toBe(true);
  expect((await reap(rest)).failed).toEqual([]);
  expect(await leftoversOf(living.token)).toEqual([]);
});

test("what is something else by now stays", async () => {
  const controller = await startController();
  await keep("testbed", controller.token);
  await kill(controller);
  const found = await leftoversOf(controller.token);
  const living = spawn("sleep", ["1000"], { stdio: "ignore" });
  home.children.push(living);
  const token = processToken(living.pid);
  await writeLedger(directoryOf("testbed"), ledger("testbed", token));
  const changed = found.map((one): Leftover => {
    if (one.kind === "process") return { ...one, owner: token };
    return one.kind === "directory" ? { ...one, owner: token } : one;
  });
  expect((await reap(changed)).failed).toEqual([]);
  expect(controller.directories.filter((path) => !existsSync(path))).toEqual([]);
  expect(tokenState(processToken(controller.pid))).toBe("alive");
  expect(await readLedger(directoryOf("testbed"))).toMatchObject({ holder: token });
  await reap(found);
  expect(await leftoversOf(controller.token)).toMatchObject([{ kind: "testbed", reapable: false }]);
});
