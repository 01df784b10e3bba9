import { expect, test } from "vitest";
import { type Open, outcomeOf, shell } from "./collect.js";

const mebibyte = 1024 * 1024;

/** Much output, many commands. */
export function testVolume(open: Open): void {
  test("holds a fast program back instead of filling memory", async () => {
    await using transport = await open();
    const process = await transport.start(shell("head -c 67108864 /dev/zero"));
    process.stdin.end();
    // Nobody reads for a while: the program must wait, not the memory fill.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const before = process.stdout.readableLength;
    expect(before).toBeLessThan(8 * mebibyte);
    let bytes = 0;
    for await (const chunk of process.stdout) {
      bytes += (chunk as Buffer).length;
      expect(process.stdout.readableLength).toBeLessThan(8 * mebibyte);
    }
    process.stderr.resume();
    expect(bytes).toBe(64 * mebibyte);
    expect((await process.exit).exitCode).toBe(0);
  });

  test("runs 50 commands at once", async () => {
    await using transport = await open();
    const numbers = Array.from({ length: 50 }, (_, index) => index);
    const outcomes = await Promise.all(
      numbers.map(async (number) =>
        outcomeOf(await transport.start(shell('echo "$1"; exit "$1"', String(number)))),
      ),
    );
    expect(outcomes.map(({ exit }) => exit.exitCode)).toEqual(numbers);
    expect(outcomes.map(({ stdout }) => Number(stdout.toString()))).toEqual(numbers);
  });

  test("runs wave after wave of commands beside a long one", async () => {
    await using transport = await open();
    const long = await transport.start({ argv: ["cat"] });
    for (let wave = 0; wave < 8; wave++) {
      const run = async () => outcomeOf(await transport.start(shell("echo $PPID; exit 3")));
      const outcomes = await Promise.all(Array.from({ length: 10 }, run));
      expect(outcomes.map(({ exit }) => exit.exitCode)).toEqual(Array(10).fill(3));
    }
    long.stdin.write("still here");
    expect((await outcomeOf(long)).stdout.toString()).toBe("still here");
  });

  test("keeps 25 commands running side by side", async () => {
    await using transport = await open();
    const running = await Promise.all(
      Array.from({ length: 25 }, () => transport.start({ argv: ["cat"] })),
    );
    expect(new Set(running.map(({ pid }) => pid)).size).toBe(25);
    const outcomes = await Promise.all(running.map(outcomeOf));
    expect(outcomes.every(({ exit }) => exit.exitCode === 0)).toBe(true);
  });
}
