import { describe, expect, test } from "vitest";
import { firstLine, isGone, type Open, outcome, outcomeOf, shell } from "./collect.js";

/** A process with a child of its own that does not mind SIGTERM; says the child's id. */
const stubbornFamily = shell("sh -c 'trap \"\" TERM; echo $$; while :; do sleep 1; done' & wait");

/** How processes end. */
export function testEndings(open: Open): void {
  describe("by themselves", () => {
    test.each([0, 1, 3, 124, 126, 127, 137, 143, 255])("with exit status %i", async (code) => {
      const { exit } = await outcome(open, shell(`exit ${code}`), { deadlineMs: 30_000 });
      expect(exit).toMatchObject({ exitCode: code, signal: undefined, timedOut: false });
    });

    test.each(["TERM", "KILL", "INT", "SEGV"])("by the signal %s", async (name) => {
      const { exit } = await outcome(open, shell(`kill -${name} $$`));
      expect(exit).toMatchObject({ exitCode: undefined, signal: `SIG${name}`, aborted: false });
    });

    test("tell the process id the host knows them by", async () => {
      await using transport = await open();
      const process = await transport.start(shell("echo $$"));
      const { stdout } = await outcomeOf(process);
      expect(Number(stdout.toString())).toBe(process.pid);
    });
  });
  describe("by the caller", () => {
    testSignals(open);
    testGroups(open);
  });
}

function testSignals(open: Open): void {
  test("kill sends a signal the program can handle", async () => {
    await using transport = await open();
    const process = await transport.start(
      shell("trap 'echo caught; exit 7' USR1; echo up; while :; do sleep 0.05; done"),
    );
    await firstLine(process);
    await process.kill("SIGUSR1");
    const { exit } = await outcomeOf(process);
    expect(exit).toMatchObject({ exitCode: 7, aborted: false, timedOut: false });
    await process.kill();
  });

  test("kill by default ends it with SIGTERM", async () => {
    await using transport = await open();
    const process = await transport.start({ argv: ["sleep", "100"] });
    await process.kill();
    expect((await outcomeOf(process)).exit).toMatchObject({ signal: "SIGTERM", timedOut: false });
  });

  test("an AbortSignal ends it and the exit says so", async () => {
    await using transport = await open();
    const abort = new AbortController();
    const process = await transport.start({ argv: ["sleep", "100"] }, { signal: abort.signal });
    abort.abort();
    const { exit } = await outcomeOf(process);
    expect(exit).toMatchObject({ signal: "SIGTERM", aborted: true, timedOut: false });
  });

  test("a signal that has fired already ends it at once", async () => {
    const signal = AbortSignal.abort();
    const { exit } = await outcome(open, { argv: ["sleep", "100"] }, { signal });
    expect(exit.aborted).toBe(true);
  });

  test("a program that handles the deadline's SIGTERM has still timed out", async () => {
    const command = shell("trap 'exit 0' TERM; while :; do sleep 0.05; done");
    const { exit } = await outcome(open, command, { deadlineMs: 300 });
    expect(exit).toMatchObject({ exitCode: 0, timedOut: true });
  });

  test("a deadline not reached changes nothing", async () => {
    const { exit } = await outcome(open, { argv: ["sleep", "0.3"] }, { deadlineMs: 20_000 });
    expect(exit).toMatchObject({ exitCode: 0, timedOut: false });
  });
}

function testGroups(open: Open): void {
  test("a deadline ends the whole group, at last with SIGKILL", async () => {
    await using transport = await open();
    const process = await transport.start(stubbornFamily, { deadlineMs: 400 });
    const child = await firstLine(process);
    const { exit } = await outcomeOf(process);
    expect(exit.timedOut).toBe(true);
    expect(exit.durationMs).toBeGreaterThan(390);
    expect(exit.durationMs).toBeLessThan(6000);
    expect(await isGone(transport, child)).toBe(true);
  });

  test("a deadline ends a child that outlives its parent with no stream open", async () => {
    await using transport = await open();
    const text = `sh -c 'trap "" TERM; echo $$; exec sleep 100 >/dev/null 2>&1' & wait`;
    const process = await transport.start(shell(text), { deadlineMs: 400 });
    const child = await firstLine(process);
    await outcomeOf(process);
    expect(await isGone(transport, child)).toBe(true);
  });

  test("disposing a process kills its group and waits", async () => {
    await using transport = await open();
    const process = await transport.start(stubbornFamily);
    const child = await firstLine(process);
    await process[Symbol.asyncDispose]();
    expect((await process.exit).signal).toBe("SIGKILL");
    expect(await isGone(transport, child)).toBe(true);
  });

  test("disposing ends a process whose output nobody reads", async () => {
    await using transport = await open();
    const process = await transport.start({ argv: ["cat", "/dev/zero"] });
    await process[Symbol.asyncDispose]();
    expect((await process.exit).signal).toBe("SIGKILL");
  });

  test("disposing the transport ends what runs, and nothing more starts", async () => {
    const transport = await open();
    const running = [];
    for (let i = 0; i < 3; i++) running.push(await transport.start(stubbornFamily));
    const late = transport.start({ argv: ["sleep", "100"] }).then(
      (process) => process.exit,
      (error: unknown) => error,
    );
    await transport[Symbol.asyncDispose]();
    for (const process of running) expect((await process.exit).signal).toBe("SIGKILL");
    expect(await late).toBeDefined();
    await expect(transport.start({ argv: ["true"] })).rejects.toMatchObject({
      code: "HOST_UNREACHABLE",
    });
  });
}
