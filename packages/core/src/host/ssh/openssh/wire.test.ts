import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeFields, FieldReader, framed, MessageSplitter } from "./wire.js";

test("fields are read back as they were written", () => {
  const bytes = encodeFields(7, "höst", true, Buffer.from([0, 255]), 4_294_967_295);
  const reader = new FieldReader(bytes);
  expect([reader.number(), reader.text(), reader.boolean()]).toEqual([7, "höst", true]);
  expect([...reader.bytes()]).toEqual([0, 255]);
  expect(reader.number()).toBe(4_294_967_295);
});

test("a string that runs past its message is an error", () => {
  expect(() => new FieldReader(encodeFields(5)).bytes()).toThrow(RangeError);
  expect(() => new FieldReader(Buffer.alloc(3)).number()).toThrow(RangeError);
});

test("messages come out whole however the stream is cut", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
      (messages, sizes) => {
        const stream = Buffer.concat(messages.map((one) => framed(Buffer.from(one))));
        const splitter = new MessageSplitter();
        const got: number[][] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          for (const one of splitter.push(stream.subarray(at, at + size))) got.push([...one]);
          at += size;
        }
        expect(got).toEqual(messages.map((one) => [...one]));
      },
    ),
  );
});

test("an impossible length is an error", () => {
  expect(() => [...new MessageSplitter().push(Buffer.from([255, 0, 0, 0, 1]))]).toThrow(RangeError);
});
