import { Duplex } from "node:stream";
import { expect, test } from "vitest";
import { askWaitingGuest, uptimeSeconds } from "./guest-clock.js";

const { signal } = new AbortController();

/** A console that says something for each question. */
function consoleThat(answer: (question: number) => string): Duplex {
  let questions = 0;
  const console = new Duplex({
    read: () => {},
    write: (_chunk, _encoding, done) => {
      console.push(answer(questions++));
      done();
    },
  });
  return console;
}

test("a guest's words about its clock are seconds, others are none", () => {
  expect(uptimeSeconds("now at 2500000000 nsecs\r")).toBe(2.5);
  expect(uptimeSeconds("[    2.5] virtio_net virtio1 mgmt0: renamed from eth0")).toBeUndefined();
  expect(uptimeSeconds("now at 25")).toBeUndefined();
});

test("the clock is asked until an answer comes fast, whatever the kernel says in between", async () => {
  const console = consoleThat(
    (question) => `[  1.0] a card\r\nnow at ${question + 1}000000000 nsecs\r\n`,
  );
  const samples = await askWaitingGuest(console, signal);
  expect(samples.at(0)?.host).toBe(1);
  expect(samples.every(({ sent, received }) => sent <= received)).toBe(true);
});

test("a guest that does not answer has told nothing after a second", async () => {
  expect(
    await askWaitingGuest(
      consoleThat(() => "sh: ?: not found\n"),
      signal,
    ),
  ).toEqual([]);
});

test("an abort ends the questions", async () => {
  const reason = new Error("stopped");
  const asking = askWaitingGuest(
    consoleThat(() => ""),
    AbortSignal.abort(reason),
  );
  await expect(asking).rejects.toBe(reason);
});
