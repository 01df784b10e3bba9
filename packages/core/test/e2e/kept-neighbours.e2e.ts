import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { afterAll, expect, test } from "vitest";
import { recordedTerminal } from "../../src/cli/recorded-terminal.js";
import { statusCommand } from "../../src/cli/testbed/status.js";
import { processToken } from "../../src/host/process-token.js";
import { findLeftovers } from "../../src/reap/find-leftovers.js";
import { reap } from "../../src/reap/reap.js";
import type { System } from "../../src/system/system.js";
import { endKept } from "../../src/testbed/kept/end.js";
import { type Ledger, readLedger, writeLedger } from "../../src/testbed/kept/ledger.js";
import { findKept, keptTestbeds } from "../../src/testbed/kept/list.js";
import { claimDirectory, directoryOf } from "../../src/testbed/kept/place.js";
import { ownHome } from "../support/own-home.js";
import { bundledScript, removeBundledScripts } from "./vm-bundled-script.js";

const home = ownHome();
afterAll(removeBundledScripts);

const ledger = (name: string, holder: string, machine = hostname()): Ledger => ({
  ...{ version: 1, name, kind: "netns", system: "test", machine, holder },
  ...{ createdAt: new Date().toISOString(), state: "opening" },
});

const keep = (name: string, holder: string, machine?: string) =>
  claimDirectory(name, (directory) => writeLedger(directory, ledger(name, holder, machine)));

const status = async (json: boolean) => {
  const terminal = recordedTerminal();
  const code = await statusCommand({ name: "lab" } as System, { json }, terminal);
  return { code, text: terminal.out.text() };
};

test("a testbed that cannot be read hides no other, and is told with what to do", async () => {
  await keep("good", processToken());
  await keep("newer", processToken());
  const path = join(directoryOf("newer"), "testbed.json");
  await writeFile(path, '{"version":2}');
  expect((await keptTestbeds()).map(({ name }) => name)).toEqual(["good"]);
  const { code, text } = await status(false);
  expect(code).toBe(0);
  expect(text).toContain("good  netns  test  coming up");
  expect(text).toContain(`newer  unreadable\n  why     ${path} is no ledger this version reads`);
  expect(text).toContain("remedy  take the testbed down with the version that made it");
  expect(JSON.parse((await status(true)).text)).toMatchObject([
    { name: "good", state: "opening" },
    { name: "newer", state: "unreadable", directory: directoryOf("newer") },
  ]);
  const found = (await findLeftovers()).filter(({ kind }) => kind === "testbed");
  expect(found.map(({ reapable }) => reapable)).toEqual([false, false]);
  expect((await reap(found)).reaped).toEqual([]);
  expect(await readFile(path, "utf8")).toBe('{"version":2}');
  await expect(endKept("newer")).rejects.toMatchObject({ code: "TESTBED_INVALID" });
});

test("a computer that was given another name knows its testbeds", async () => {
  await keep("renamed", processToken(), "its-old-name");
  expect(await findKept("renamed")).toMatchObject({ state: "opening" });
  const [pid, started, space] = processToken().split("-");
  await keep("rebooted", `${pid}-${started}-${space}-00000000`);
  expect(await findKept("rebooted")).toMatchObject({ state: "dead" });
  await keep("other", `${pid}-${started}-${space}-00000000`, "another-computer");
  expect(await findKept("other")).toMatchObject({ state: "elsewhere" });
  await expect(endKept("other")).rejects.toMatchObject({
    code: "TESTBED_HELD",
    remedy: expect.stringContaining("remove its directory"),
  });
});

/** Gives its name to another testbed as soon as it is to end, as when somebody waits for it. */
const givingWay = (next: Ledger) => `
import { processToken } from "#core/host/process-token.js";
import { writeLedger } from "#core/testbed/kept/ledger.js";
import { claimDirectory, directoryOf, removeDirectory } from "#core/testbed/kept/place.js";
const next = ${JSON.stringify(next)};
const own = processToken();
await claimDirectory("lab", (directory) => writeLedger(directory, { ...next, holder: own }));
process.on("SIGTERM", async () => {
  await removeDirectory(directoryOf("lab"), own);
  await claimDirectory("lab", (directory) => writeLedger(directory, next));
  process.exit(0);
});
console.log("up");
setInterval(() => {}, 1000);
`;

test("who takes a testbed down leaves the next one of that name alone", async () => {
  const next = ledger("lab", processToken());
  const child = spawn(process.execPath, [await bundledScript("giving-way", givingWay(next))], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  home.children.push(child);
  await once(createInterface({ input: child.stdout as Readable }), "line");
  expect(await endKept("lab")).toBe(true);
  expect(await readLedger(directoryOf("lab"))).toEqual(next);
});

test.skipIf(process.getuid?.() !== 0)("what cannot be removed keeps nothing else", async () => {
  const gone = spawn("sleep", ["1000"], { stdio: "ignore" });
  const owner = processToken(gone.pid);
  const exit = once(gone, "exit");
  gone.kill("SIGKILL");
  await exit;
  const parent = join(home.path(), "XDG_STATE_HOME", "hoststack", "testbeds");
  const left = ["a", "b", "c"].map((end) => join(parent, `.making-${owner}.${end}`));
  for (const path of left) await mkdir(join(path, "within"), { recursive: true });
  const script = await bundledScript(
    "reap-busy",
    `import { findLeftovers } from "#core/reap/find-leftovers.js";
    import { reap } from "#core/reap/reap.js";
    const found = (await findLeftovers()).filter(({ kind }) => kind === "directory");
    const { reaped, failed } = await reap(found);
    console.log(reaped.length, failed.map(({ error }) => error.code).join());`,
  );
  await mkdir(join(home.path(), "empty"));
  const mount = 'mount --bind "$1" "$2" && shift 2 && exec "$@"';
  const [first = ""] = left;
  const at = [join(home.path(), "empty"), join(first, "within"), process.execPath, script];
  const child = spawn("unshare", ["--mount", "sh", "-c", mount, "sh", ...at], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface({ input: child.stdout as Readable }), "line");
  expect(line).toBe("2 EBUSY");
  expect(left.map((path) => existsSync(path))).toEqual([true, false, false]);
  expect(await readdir(parent)).toHaveLength(1);
});
