import { expect, test } from "vitest";
import { clientLogParser } from "./client-log.js";

test("a client that sent says what it was asked to do, and nothing else", () => {
  expect(clientLogParser.parse("nextArg:7\ncall dcpimping\n")).toEqual({
    ...{ operation: "dcpimping", failures: [] },
  });
});

test.each([
  ["call dcpimping\nresult:-1\n", "result:-1"],
  [
    "nextArg:6\ncall tcpping\nCouldn't connect to dest Connection refused\n",
    "Couldn't connect to dest Connection refused",
  ],
  [
    "Couldn't open DCPIM socket: Protocol not supported\n",
    "Couldn't open DCPIM socket: Protocol not supported",
  ],
])("%j tells a failure", (text, failure) => {
  expect(clientLogParser.parse(text).failures).toEqual([failure]);
});

test("an empty text is refused", () => {
  expect(() => clientLogParser.parse("")).toThrow(/it does not say what it was asked to do/);
});
