import { expect, test } from "vitest";
import { recordVersion, runRecordSchema } from "./record.js";
import { whyUnread } from "./unread-record.js";

function whyOf(text: string): string {
  try {
    runRecordSchema.parse(JSON.parse(text));
  } catch (cause) {
    return whyUnread(text, cause);
  }
  throw new Error("it was read");
}

test.each([
  ["{", "it is not whole, or not JSON"],
  ["null", "the whole: Invalid input: expected object, received null"],
  [
    JSON.stringify({ recordVersion: recordVersion + 6, trials: "of another form" }),
    `it is of record version ${recordVersion + 6}, and this is for version ${recordVersion}`,
  ],
  [JSON.stringify({ recordVersion }), "id: Invalid input: expected string, received undefined"],
])("%s", (text, why) => {
  expect(whyOf(text)).toBe(why);
});
