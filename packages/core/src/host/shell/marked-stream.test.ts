import fc from "fast-check";
import { expect, test } from "vitest";
import { MarkedStream } from "./marked-stream.js";

/** Like a random one, it does not overlap itself. */
const token = "7f3a91c05be2d8640192c3b7a5e8f04d";

/** Bytes with pieces of the token among them, but never all of it. */
const bytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array)),
      fc.nat({ max: 31 }).map((length) => Buffer.from(token.slice(0, length))),
    ),
    { maxLength: 5 },
  )
  .map((pieces) => Buffer.concat(pieces))
  .filter((all) => !all.includes(token));

test("finds every part, wherever the stream is cut", () => {
  const part = fc.record({ bytes, exitCode: fc.nat({ max: 255 }) });
  fc.assert(
    fc.property(fc.array(part), bytes, fc.nat({ max: 70 }), (parts, before, step) => {
      const all = Buffer.concat([
        before,
        Buffer.from(`${token}:0;`),
        ...parts.flatMap((one) => [one.bytes, Buffer.from(`${token}:${one.exitCode};`)]),
      ]);
      fc.pre(all.toString("latin1").split(token).length === parts.length + 2);
      const stream = new MarkedStream(token, 1000);
      for (let at = 0; at < all.length; at += step + 1) {
        expect(stream.take(all.subarray(at, at + step + 1))).toBeUndefined();
      }
      expect(stream.parts).toEqual(parts);
    }),
  );
});

test("says when a command has printed more than is kept", () => {
  const stream = new MarkedStream(token, 100);
  expect(stream.take(Buffer.from("x".repeat(500)))).toBeUndefined();
  expect(stream.take(Buffer.from(`${token}:0;${"x".repeat(100)}${token}:0;`))).toBeUndefined();
  expect(stream.take(Buffer.from(`${"x".repeat(101)}${token}:0;`))).toBe("overflow");
});
