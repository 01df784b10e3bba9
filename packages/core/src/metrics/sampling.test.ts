import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ProcessExit } from "../command/command.js";
import type { Host } from "../host/host.js";
import { startSampler } from "./sampler.js";
import { Sampling } from "./sampling.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(directory, { recursive: true, force: true });
});

/** A host whose one process answers as the sampler would, of a machine with one busy CPU. */
class FakeHost {
  readonly name: string;
  readonly machine = { id: "m" };
  readonly transport = { kind: "ssh" };
  readonly asked: string[] = [];
  /** Answers late by this; never when infinite. */
  delayMs = 0;
  disposed = 0;
  end: (exit: Partial<ProcessExit>) => void = () => {};
  readonly #streams = [new PassThrough(), new PassThrough(), new PassThrough()] as const;
  #rxBytes = 0;

  constructor(name: string) {
    this.name = name;
  }

  readonly start = async () => {
    const [stdin, stdout, stderr] = this.#streams;
    createInterface({ input: stdin }).on("line", (line) => void this.#answer(line));
    const exit = new Promise<Partial<ProcessExit>>((resolve) => {
      this.end = resolve;
    });
    const dispose = async () => {
      this.disposed++;
    };
    return { stdin, stdout, stderr, exit, pid: 1, [Symbol.asyncDispose]: dispose };
  };

  says(stderr: string): void {
    this.#streams[2].write(stderr);
  }

  get host(): Host {
    return this as unknown as Host;
  }

  async #answer(line: string): Promise<void> {
    const [kind = "", token] = line.split(" ");
    this.asked.push(kind);
    if (this.delayMs === Infinity) return;
    if (this.delayMs > 0) await sleep(this.delayMs);
    const uptime = (Math.floor(performance.now() / 10) / 100).toFixed(2);
    const busy = Math.floor(performance.now() / 10);
    const cpu = (name: string) => `/proc/stat:${name} ${busy} 0 0 0 0 0 0 0 0 0\n`;
    if (kind !== "clock") this.#rxBytes += 1000;
    const counts = `${this.#rxBytes} 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0`;
    const files = `/proc/uptime:${uptime} 1.00\n${cpu("cpu ")}${cpu("cpu0")}`;
    const nics = `/proc/net/dev:Inter-|\n/proc/net/dev: lab0: ${counts}\n`;
    const body = kind === "clock" ? "" : `${files}${nics}`;
    this.#streams[1].write(`snapshot ${token} ${kind} ${uptime}\n${body}end ${token}\n`);
  }
}

const codeOf = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

test("a sampler that ended rejects at once, with how it ended", async () => {
  const fake = new FakeHost("a");
  fake.delayMs = Infinity;
  await using sampler = await startSampler(fake.host);
  const waiting = sampler.take("tick");
  fake.says("sh: cannot fork\n");
  await sleep(0);
  fake.end({ exitCode: 2 });
  const ended = codeOf("PROCESS_DIED", /on a ended with exit status 2: sh: cannot fork$/);
  await expect(waiting).rejects.toEqual(ended);
  await expect(sampler.take("full")).rejects.toEqual(ended);
});

test.each([
  [{ signal: "SIGKILL" }, "PROCESS_DIED", /was ended by SIGKILL/],
  [{ connectionLost: true }, "HOST_UNREACHABLE", /the connection .* was lost/],
] as const)("the end %o is told as such", async (exit, code, text) => {
  const fake = new FakeHost("a");
  await using sampler = await startSampler(fake.host);
  fake.end(exit);
  await sleep(0);
  await expect(sampler.take("tick")).rejects.toEqual(codeOf(code, text));
});

test("the signal rejects what is under way and all that follows, with its reason", async () => {
  const fake = new FakeHost("a");
  fake.delayMs = Infinity;
  const stop = new AbortController();
  await using sampler = await startSampler(fake.host, stop.signal);
  const waiting = sampler.take("full");
  stop.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  // which is what ended the process, so its end explains nothing
  fake.end({ signal: "SIGTERM" });
  await sleep(0);
  await expect(sampler.take("tick")).rejects.toThrow("enough");
  await expect(startSampler(fake.host, stop.signal)).rejects.toThrow("enough");
});

test("a host that does not answer is unreachable after 20 s, which keep the program alive", async () => {
  const fake = new FakeHost("a");
  fake.delayMs = Infinity;
  const timers = vi.spyOn(globalThis, "setTimeout");
  const sampler = await startSampler(fake.host);
  const closed = sampler.take("tick").catch((error: unknown) => error);
  expect(timers.mock.results.at(-1)?.value.hasRef()).toBe(true);
  await sampler[Symbol.asyncDispose]();
  expect(await closed).toEqual(codeOf("PROCESS_DIED", /was closed/));
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const other = new FakeHost("b");
  other.delayMs = Infinity;
  const waiting = (await startSampler(other.host)).take("tick").catch((error: unknown) => error);
  vi.advanceTimersByTime(20_000);
  expect(await waiting).toEqual(codeOf("HOST_UNREACHABLE", /b did not answer .* within 20 s/));
  expect(vi.getTimerCount()).toBe(0);
});

test("a sampler that does not start takes the others along", async () => {
  const [good, bad] = [new FakeHost("good"), new FakeHost("bad")];
  const refuse = { ...bad, start: () => Promise.reject(new Error("no shell")) };
  const hosts = [good.host, refuse as unknown as Host];
  await expect(Sampling.begin(hosts, { directory })).rejects.toThrow("no shell");
  expect(good.disposed).toBe(1);
});

test("what a trial is judged by comes of its snapshots, which are in a file as they came", async () => {
  const fake = new FakeHost("a");
  const file = join(directory, "a.snapshots.ndjson");
  const kinds = async () =>
    (await readFile(file, "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).kind);
  await using sampling = await Sampling.begin([fake.host], { directory });
  await vi.waitFor(async () => expect((await kinds())[0]).toBe("full"));
  await sleep(100);
  sampling.tick();
  const fromMs = performance.now();
  await sleep(300);
  sampling.tick();
  const toMs = performance.now();
  await sampling.end();
  sampling.tick();
  expect(fake.asked.filter((kind) => kind !== "clock")).toEqual(["full", "tick", "tick", "full"]);
  expect(await kinds()).toEqual(fake.asked);
  const [clock] = sampling.clocks();
  expect(clock?.host).toBe("a");
  expect(Math.abs(clock?.rateError ?? 9)).toBeLessThanOrEqual(clock?.rateErrorBound ?? 0);
  expect(sampling.counters()).toContainEqual({ host: "a", name: "nic.lab0.rxBytes", delta: 3000 });
  const cpu = sampling.cpu(fromMs, toMs);
  expect(cpu).toMatchObject([{ machine: "m", hosts: ["a"], busyCpus: expect.closeTo(1, 0) }]);
  expect(sampling.cpu(fromMs, fromMs + 1)).toMatchObject({
    unavailable: expect.stringMatching(/^a: .*two clock ticks/),
  });
});

test("a slow host is asked for its clock for a short time only", async () => {
  const fake = new FakeHost("a");
  fake.delayMs = 40;
  await using _ = await Sampling.begin([fake.host], { directory });
  expect(fake.asked.filter((kind) => kind === "clock").length).toBeLessThanOrEqual(4);
});

test("a file that cannot be written fails the sampling at its end", async () => {
  const place = { directory: join(directory, "missing") };
  await using sampling = await Sampling.begin([new FakeHost("a").host], place);
  await expect(sampling.end()).rejects.toEqual(codeOf("OUTPUT_UNWRITABLE", /cannot be written/));
});
