import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { type Open, outcome, outcomeOf, shell } from "./collect.js";

/** Standard input, output and error. */
export function testStreams(open: Open): void {
  test("keeps output and errors apart", async () => {
    const { stdout, stderr } = await outcome(open, shell("echo out; echo err >&2; echo more"));
    expect([stdout.toString(), stderr.toString()]).toEqual(["out\nmore\n", "err\n"]);
  });

  test("passes every byte both ways", async () => {
    const bytes = Buffer.concat([
      Buffer.from(Array.from({ length: 256 }, (_, index) => index)),
      randomBytes(1_000_003),
    ]);
    await using transport = await open();
    for (const [text, stream] of [
      ["cat", "stdout"],
      ["cat >&2", "stderr"],
    ] as const) {
      const process = await transport.start(shell(text));
      process.stdin.write(bytes);
      const received = await outcomeOf(process);
      expect(received[stream].equals(bytes)).toBe(true);
    }
  });

  test("ends standard input when its writer ends it", async () => {
    const { stdout, exit } = await outcome(open, { argv: ["wc", "-c"] });
    expect([stdout.toString().trim(), exit.exitCode]).toEqual(["0", 0]);
  });

  test("survives input nobody reads", async () => {
    await using transport = await open();
    const process = await transport.start({ argv: ["true"] });
    process.stdin.write(Buffer.alloc(8_000_000));
    expect((await outcomeOf(process)).exit.exitCode).toBe(0);
  });

  test("shows output while the program runs", async () => {
    await using transport = await open();
    const process = await transport.start({ argv: ["cat"] });
    for (const word of ["one", "two"]) {
      process.stdin.write(word);
      const [chunk] = await new Promise<[Buffer]>((resolve) =>
        process.stdout.once("data", (data: Buffer) => resolve([data])),
      );
      expect(chunk.toString()).toBe(word);
    }
    expect((await outcomeOf(process)).exit.exitCode).toBe(0);
  });
}
