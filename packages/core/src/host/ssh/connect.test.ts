import { expect, test } from "vitest";
import { unreachable } from "./connect.js";

const endpoint = { host: "server", port: 22, user: "me" };

test.each([
  "Connection lost before handshake",
  "read ECONNRESET",
  // it ended before ssh2 had it
  "the way there closed at once",
])("a server that hangs up is tried again: %s", (message) => {
  expect(unreachable(endpoint, new Error(message))).toMatchObject({
    code: "HOST_UNREACHABLE",
    message: "cannot log in to me@server:22: it hung up before it let anybody log in",
    remedy: expect.stringContaining("try again in a moment"),
  });
});

test("a program in between that says why it ended is quoted instead", () => {
  const said = "; its ProxyCommand says: no route";
  const error = unreachable({ ...endpoint, said }, new Error("the way there closed at once"));
  expect(error.message).toBe(
    "cannot log in to me@server:22: the way there closed at once; its ProxyCommand says: no route",
  );
});
