import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { rebootScript } from "./boot-scripts.js";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hoststack-reboot-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** A program that is found before the machine's own. */
const program = (name: string, text: string) =>
  writeFile(join(directory, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });

/** A name that no machine has a program of, however this test ends. */
const harmless = rebootScript
  .replaceAll("reboot", "hoststack-test-end")
  .replaceAll("kexec", "hoststack-test-kexec");

test("the reboot goes on when all that is left of its command is killed at once", async () => {
  await program("hoststack-test-end", `: >${directory}/ended`);
  // slow as on a busy host: the command must not end before it
  await program("setsid", 'sleep 0.3; exec "$REAL_SETSID" "$@"');
  const { stdout } = await promisify(execFile)("sh", ["-c", "command -v setsid"]);
  const child = spawn("sh", ["-c", harmless, "sh", "firmware"], {
    detached: true,
    env: { PATH: `${directory}:${process.env["PATH"] ?? ""}`, REAL_SETSID: stdout.trim() },
    stdio: "ignore",
  });
  const [code] = await once(child, "exit");
  try {
    process.kill(-Number(child.pid), "SIGKILL");
  } catch {
    // nothing is left of it
  }
  expect(code).toBe(0);
  await expect.poll(() => existsSync(join(directory, "ended")), { timeout: 5000 }).toBe(true);
});
