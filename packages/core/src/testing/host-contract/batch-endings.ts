import { expect, test } from "vitest";
import type { Host } from "../../host/host.js";
import { isGone, shell } from "../transport-contract/collect.js";

/** Tells its process id on disk: output of a batch that is ended is lost. */
const stubborn = (file: string) =>
  shell('trap "" TERM; echo $$ >"$1"; while :; do sleep 1; done', file);

/** How a batch ends early, and that the next one does not notice. */
export function testBatchEndings(open: () => Promise<Host>): void {
  const place = () => `/tmp/hoststack-batch-${process.pid}-${Math.random().toString(36).slice(2)}`;

  /** Process id in a file that a command is about to write. */
  async function writtenPid(host: Host, file: string): Promise<string> {
    const text = 'until [ -s "$1" ]; do sleep 0.05; done; cat "$1"; rm "$1"';
    return (await host.run(shell(text, file))).stdout.trim();
  }

  test("a deadline ends the batch and everything in it", async () => {
    await using host = await open();
    const file = place();
    const late = host.batch([{ argv: ["true"] }, stubborn(file)], { deadlineMs: 1000 });
    await expect(late).rejects.toMatchObject({
      code: "COMMAND_TIMED_OUT",
      message: expect.stringContaining('"sh" was running'),
    });
    expect(await isGone(host.transport, await writtenPid(host, file))).toBe(true);
    expect(await host.batch([shell("echo again")])).toMatchObject([{ stdout: "again\n" }]);
  });

  test("a signal ends the batch and everything in it", async () => {
    await using host = await open();
    const file = place();
    const abort = new AbortController();
    const stopped = host.batch([stubborn(file)], { signal: abort.signal }).catch((error) => error);
    const pid = await writtenPid(host, file);
    abort.abort();
    expect(await stopped).toMatchObject({ code: "INTERRUPTED" });
    expect(await isGone(host.transport, pid)).toBe(true);
    const never = host.batch([{ argv: ["true"] }], { signal: abort.signal });
    await expect(never).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(await host.batch([shell("echo again")])).toMatchObject([{ stdout: "again\n" }]);
  });

  test("too much output ends the batch", async () => {
    await using host = await open();
    for (const to of ["&1", "&2"]) {
      const much = host.batch([shell(`head -c 67108864 /dev/zero >${to}`)]);
      await expect(much).rejects.toMatchObject({
        code: "COMMAND_FAILED",
        message: expect.stringContaining("16777216 bytes"),
      });
    }
    const kept = await host.batch([shell("head -c 67108864 /dev/zero")], {
      maxOutputBytes: 67_108_864,
    });
    expect(kept[0]?.stdout.length).toBe(67_108_864);
  });

  test("a command that kills its shell is told of, and the next batch has another", async () => {
    await using host = await open();
    const killed = host.batch([{ argv: ["true"] }, shell("kill -KILL $PPID")]);
    await expect(killed).rejects.toMatchObject({
      code: "COMMAND_FAILED",
      message: expect.stringContaining("lost its shell"),
    });
    expect(await host.batch([shell("echo again")])).toMatchObject([{ stdout: "again\n" }]);
  });

  test("disposing the host ends the batches that run and those that wait", async () => {
    const host = await open();
    const long = Array.from({ length: 6 }, () =>
      host.batch([{ argv: ["sleep", "100"] }]).catch((error: unknown) => error),
    );
    await host.batch([{ argv: ["true"] }], { signal: AbortSignal.timeout(300) }).catch(() => {});
    await host[Symbol.asyncDispose]();
    for (const error of await Promise.all(long)) {
      expect(error).toMatchObject({ code: "HOST_UNREACHABLE" });
    }
    await expect(host.batch([{ argv: ["true"] }])).rejects.toMatchObject({
      code: "HOST_UNREACHABLE",
    });
  });
}
