import { expect, test } from "vitest";
import type { Connection } from "./connection.js";
import { Sessions } from "./sessions.js";

/** A connection that has room once it is told so. */
function connection(bootId: string, room: boolean) {
  const state = { room, closed: false };
  const session = { channel: { closed: new Promise(() => {}) } };
  const made = {
    control: { bootId },
    lost: false,
    sessions: { hasRoom: () => state.room, take: () => Promise.resolve(session) },
    close: () => {
      state.closed = true;
      return Promise.resolve();
    },
  };
  return { state, made: made as unknown as Connection };
}

test("a further connection to the same machine takes commands", async () => {
  const first = connection("one", false);
  const second = connection("one", true);
  const sessions = new Sessions(first.made, {
    where: "lab",
    connect: () => Promise.resolve(second.made),
  });
  expect((await sessions.take()).connection).toBe(second.made);
  expect(second.state.closed).toBe(false);
});

test("one that reached another machine by the same name is closed, and none is tried again", async () => {
  const first = connection("one", false);
  const other = connection("two", true);
  let tries = 0;
  const connect = () => {
    tries++;
    // the next look for a session finds room on the right machine
    first.state.room = true;
    return Promise.resolve(other.made);
  };
  const sessions = new Sessions(first.made, { where: "lab", connect });
  expect((await sessions.take()).connection).toBe(first.made);
  expect([other.state.closed, tries]).toEqual([true, 1]);
});
