import { expect, test } from "vitest";
import type { BatchCommand } from "../../host/batch.js";
import type { Host } from "../../host/host.js";
import { shell } from "../transport-contract/collect.js";

const awkward = [
  "",
  " ",
  "it's",
  '"$HOME"',
  "back\\slash",
  "two\nlines\n",
  "höst-🧪",
  "-n",
  "#;&|",
];

/** What a batch runs and what it gives back. */
export function testBatches(open: () => Promise<Host>): void {
  testAnswers(open);
  testSizes(open);
}

function testAnswers(open: () => Promise<Host>): void {
  test("answers each command of a batch with its own output and status", async () => {
    await using host = await open();
    const results = await host.batch([
      shell("echo out; echo err >&2; exit 3"),
      shell('printf "%s|" "$@"', ...awkward),
      { argv: ["true"] },
      { ...shell('printf %s "$A$PWD"'), env: { A: "it's " }, cwd: "/proc/sys" },
      { argv: ["cat"], stdin: "it's\ninput" },
      { argv: ["cat"] },
      { argv: ["no-such-program"] },
      { argv: ["if"] },
      { argv: ["pwd"], cwd: "/no/such place" },
      shell("kill -KILL $$"),
    ]);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([3, 0, 0, 0, 0, 0, 127, 127, 126, 137]);
    expect(results.slice(0, 6).map(({ stdout }) => stdout)).toEqual([
      "out\n",
      `${awkward.join("|")}|`,
      "",
      "it's /proc/sys",
      "it's\ninput",
      "",
    ]);
    expect(results.slice(0, 6).map(({ stderr }) => stderr)).toEqual(["err\n", "", "", "", "", ""]);
    expect(results[6]?.stderr).toContain("no-such-program");
    expect(results[8]?.stderr).toContain("/no/such place");
  });

  test("shares nothing between the commands of a batch, but the shell", async () => {
    await using host = await open();
    const builtins: BatchCommand[] = [["exit", "7"], ["cd", "/"], ["exec"], ["A=1"]].map(
      (argv) => ({
        argv: argv as [string],
        cwd: "/proc",
        env: { HOSTSTACK_A: "set", PATH: "/no/such" },
      }),
    );
    const parent = shell('echo "$PPID $PWD $HOSTSTACK_A"');
    const results = await host.batch([parent, ...builtins, parent]);
    expect(results).toHaveLength(6);
    expect(results.at(-1)?.stdout).toBe(results[0]?.stdout);
    const [again] = await host.batch([parent]);
    expect(again?.stdout).toBe(results[0]?.stdout);
  });

  test("stops at the first failure when it is told to", async () => {
    await using host = await open();
    const commands = [{ argv: ["true"] }, { argv: ["false"] }, shell("echo no")] as const;
    const stopped = await host.batch(commands, { stopOnFailure: true });
    expect(stopped.map(({ exitCode }) => exitCode)).toEqual([0, 1]);
    const all = await host.batch(commands);
    expect(all.map(({ stdout }) => stdout)).toEqual(["", "", "no\n"]);
    expect(await host.batch([])).toEqual([]);
  });
}

function testSizes(open: () => Promise<Host>): void {
  test("stops at a failure far into a long batch", async () => {
    await using host = await open();
    const many: BatchCommand[] = Array.from({ length: 1500 }, () => ({ argv: ["true"] }));
    const commands = many.with(1200, { argv: ["false"] });
    expect(await host.batch(commands, { stopOnFailure: true })).toHaveLength(1201);
  });

  test("keeps the streams of a batch apart, whatever bytes they carry", async () => {
    await using host = await open();
    const noise = "head -c 300000 /dev/urandom; head -c 300000 /dev/urandom >&2";
    const results = await host.batch([shell(noise), shell("printf 'a\\n'; printf b >&2")]);
    expect(results[1]).toMatchObject({ stdout: "a\n", stderr: "b" });
  });

  test("passes a mebibyte of arguments in a batch", async () => {
    await using host = await open();
    const words = Array.from({ length: 10 }, (_, index) => `${index}${"'x".repeat(6000)}`);
    const one = shell('printf %s "$*" | wc -c', ...words);
    const results = await host.batch(Array.from({ length: 10 }, () => one));
    expect(results.map(({ stdout }) => Number(stdout))).toEqual(
      Array(10).fill(words.join(" ").length),
    );
  });

  test("refuses in a batch what no host can run", async () => {
    await using host = await open();
    for (const command of [
      { argv: ["true", "x".repeat(200_000)] },
      { argv: ["-x"] },
      { argv: ["cat"], stdin: "a\0b" },
    ] as BatchCommand[]) {
      await expect(host.batch([command])).rejects.toMatchObject({ code: "OPTIONS_INVALID" });
    }
  });
}
