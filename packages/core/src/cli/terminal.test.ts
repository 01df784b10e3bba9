import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { streamChannel } from "./terminal.js";

interface FakeStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** Code of the error of every write. */
  readonly fails?: string;
}

const fake = ({ fails, ...properties }: FakeStream) => {
  const chunks: string[] = [];
  let writes = 0;
  const stream = new Writable({
    // as the streams of a process, which survive their errors
    autoDestroy: false,
    write(chunk, _encoding, done) {
      writes += 1;
      chunks.push(String(chunk));
      done(
        fails === undefined ? null : Object.assign(new Error(`write ${fails}`), { code: fails }),
      );
    },
  });
  const described = Object.assign(stream, properties) as unknown as NodeJS.WriteStream;
  return { stream: described, text: () => chunks.join(""), writes: () => writes };
};

test.each(["EPIPE", "EIO"])("a reader that has gone (%s) silences the channel", async (code) => {
  const { stream, writes } = fake({ fails: code });
  const channel = streamChannel(stream, {});
  channel.line("one");
  await new Promise((resolve) => setImmediate(resolve));
  channel.line("two");
  await channel.close();
  expect(writes()).toBe(1);
  expect(channel.failure()).toBeUndefined();
});

test("any other failure is told, once the channel is closed", async () => {
  const { stream } = fake({ fails: "ENOSPC" });
  const channel = streamChannel(stream, {});
  channel.line("one");
  await channel.close();
  expect(channel.failure()?.message).toBe("write ENOSPC");
});

test("closing waits for what was written and leaves no listener", async () => {
  const { stream, text } = fake({});
  const channel = streamChannel(stream, {});
  expect(stream.listenerCount("error")).toBe(1);
  channel.line("one");
  channel.raw("two");
  await channel.close();
  expect(text()).toBe("one\ntwo");
  expect(stream.listenerCount("error")).toBe(0);
});

test.each<{ stream: FakeStream; env: NodeJS.ProcessEnv; live: boolean; coloured: boolean }>([
  { stream: { isTTY: true }, env: {}, live: true, coloured: true },
  { stream: { isTTY: true }, env: { NO_COLOR: "1" }, live: true, coloured: false },
  { stream: { isTTY: true }, env: { NO_COLOR: "" }, live: true, coloured: true },
  { stream: { isTTY: true }, env: { TERM: "dumb" }, live: false, coloured: false },
  { stream: { isTTY: true }, env: { CI: "true" }, live: false, coloured: true },
  { stream: { isTTY: true }, env: { FORCE_COLOR: "0" }, live: true, coloured: false },
  { stream: {}, env: {}, live: false, coloured: false },
  { stream: {}, env: { FORCE_COLOR: "1" }, live: false, coloured: true },
])("$stream with $env: live $live, coloured $coloured", ({ stream, env, live, coloured }) => {
  const channel = streamChannel(fake(stream).stream, env);
  expect(channel.live).toBe(live);
  expect(channel.style("red", "x") !== "x").toBe(coloured);
});

test("width is that of the terminal now, 80 where it does not tell, and infinite elsewhere", () => {
  const { stream } = fake({ isTTY: true, columns: 100 });
  const channel = streamChannel(stream, {});
  expect(channel.columns).toBe(100);
  Object.assign(stream, { columns: 60 });
  expect(channel.columns).toBe(60);
  expect(streamChannel(fake({ isTTY: true, columns: 0 }).stream, {}).columns).toBe(80);
  expect(streamChannel(fake({}).stream, {}).columns).toBe(Number.POSITIVE_INFINITY);
});
