import { expect, test } from "vitest";
import { archiveRecord } from "./cpio.js";

test("a record is header, name and content, each padded to four bytes", () => {
  const entry = { path: "etc/x", type: "file", mode: 0o640, content: "hello" } as const;
  const record = archiveRecord(entry, Buffer.from("hello"), 7);
  expect(record.length % 4).toBe(0);
  expect(record.toString("latin1", 0, 14)).toBe("07070100000007");
  expect(record.toString("latin1", 14, 22)).toBe((0o100640).toString(16).padStart(8, "0"));
  expect(record.toString("latin1", 54, 62)).toBe("00000005");
  expect(record.toString("latin1", 110, 116)).toBe("etc/x\0");
  expect(record.toString("latin1", 116, 121)).toBe("hello");
});

test("a device carries its numbers and no content", () => {
  const entry = { path: "dev/console", type: "device", mode: 0o600, numbers: [5, 1] } as const;
  const record = archiveRecord(entry, Buffer.alloc(0), 1).toString("latin1");
  expect(record.slice(78, 94)).toBe("0000000500000001");
  expect(record.slice(54, 62)).toBe("00000000");
});
