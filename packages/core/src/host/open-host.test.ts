import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "./host.js";
import { openLocalTransport } from "./local.js";
import { openHost } from "./open-host.js";

let host: Host;
let directory: string;

beforeAll(async () => {
  host = openHost({ name: "client", machine: { id: "one" }, transport: openLocalTransport() });
  directory = await mkdtemp(join(tmpdir(), "hoststack-host-"));
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

describe("run", () => {
  test("keeps output as text", async () => {
    const command = { argv: ["sh", "-c", "cat; echo é >&2"] } as const;
    const result = await host.run(command, { stdin: "wörter\n" });
    expect(result).toMatchObject({
      command,
      host: "client",
      ok: true,
      exitCode: 0,
      stdout: "wörter\n",
      stderr: "é\n",
    });
  });

  test("gives an empty standard input", async () => {
    expect((await host.run({ argv: ["cat"] })).stdout).toBe("");
  });

  test("throws with the program's own last words", async () => {
    const argv = ["sh", "-c", "seq 100 >&2; exit 3"] as const;
    await expect(host.run({ argv })).rejects.toMatchObject({
      code: "COMMAND_FAILED",
      message: expect.stringMatching(/on client ended with exit status 3: 96\n97\n98\n99\n100$/),
      details: { argv, host: "client", exitCode: 3 },
    });
    await expect(host.run({ argv: ["sh", "-c", "kill -9 $$"] })).rejects.toMatchObject({
      code: "COMMAND_FAILED",
      message: expect.stringContaining("was ended by SIGKILL"),
    });
  });

  test("returns failures when asked to", async () => {
    const result = await host.run({ argv: ["sh", "-c", "echo no; exit 3"] }, { reject: false });
    expect(result).toMatchObject({ ok: false, exitCode: 3, stdout: "no\n" });
  });

  test("ends what passes its deadline", async () => {
    const slow = host.run({ argv: ["sleep", "100"] }, { deadlineMs: 150 });
    await expect(slow).rejects.toMatchObject({
      code: "COMMAND_TIMED_OUT",
      message: expect.stringContaining("within 150 ms"),
    });
  });

  test("stops with its signal", async () => {
    const signal = AbortSignal.timeout(100);
    await expect(host.run({ argv: ["sleep", "100"] }, { signal })).rejects.toMatchObject({
      code: "INTERRUPTED",
    });
  });

  test("ends what prints too much", async () => {
    const much = host.run({ argv: ["yes"] }, { maxOutputBytes: 10_000 });
    await expect(much).rejects.toMatchObject({
      code: "COMMAND_FAILED",
      message: expect.stringContaining("more than 10000 bytes"),
    });
  });
});

describe("files", () => {
  test("are written with their mode and read back, byte by byte", async () => {
    const path = join(directory, "it's a -file");
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 256));
    await host.writeFile(path, bytes, 0o640);
    expect(Buffer.from(await host.readFile(path)).equals(bytes)).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    await host.writeFile(path, "");
    expect((await readFile(path)).length).toBe(0);
    expect((await stat(path)).mode & 0o777).toBe(0o644);
  });

  test("that cannot be written leave nothing behind", async () => {
    const path = join(directory, "folder");
    await host.run({ argv: ["mkdir", path] });
    await expect(host.writeFile(path, "x")).rejects.toMatchObject({
      code: "COMMAND_FAILED",
      message: expect.stringContaining("is a directory"),
    });
    await expect(host.writeFile(join(path, "no", "x"), "x")).rejects.toMatchObject({
      code: "COMMAND_FAILED",
    });
    expect(await readdir(path)).toEqual([]);
  });

  test("that do not exist cannot be read", async () => {
    await expect(host.readFile(join(directory, "missing"))).rejects.toMatchObject({
      code: "COMMAND_FAILED",
      message: expect.stringContaining("No such file"),
    });
  });
});
