import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { entryOfRelease } from "./choose-entry.js";
import { parseGrubMenu } from "./grub-menu.js";
import { onceEntryText, onceId } from "./once-entry.js";

const text = readFileSync(
  new URL("../../../test/fixtures/grub/debian-one-kernel.cfg", import.meta.url),
  "utf8",
);
const entry = entryOfRelease(parseGrubMenu(text), "6.1.0-55-amd64");
if (entry === undefined) throw new Error("the fixture has no such entry");

test("the one-shot entry is the ordinary one with more words", () => {
  const once = onceEntryText(entry, ["hoststack.boot=12", "hoststack.deadline=300"]);
  const [read, ...others] = parseGrubMenu(once).entries;
  expect(others).toEqual([]);
  expect(read).toMatchObject({ id: onceId, path: onceId, release: "6.1.0-55-amd64" });
  expect(read?.kernelArguments).toEqual([
    ...entry.kernelArguments,
    "panic=5",
    "oops=panic",
    "softlockup_panic=1",
    "printk.always_kmsg_dump=1",
    "hoststack.boot=12",
    "hoststack.deadline=300",
  ]);
  const withoutLinux = (body = "") =>
    body
      .split("\n")
      .filter((line) => !/\slinux\s/.test(line))
      .map((line) => line.trim())
      .filter(Boolean);
  expect(withoutLinux(read?.body)).toEqual(withoutLinux(entry.body));
});

test("it never makes itself the default", () => {
  const body = `\n  savedefault\n${entry.body}`;
  expect(onceEntryText({ ...entry, body }, [])).not.toContain("savedefault");
});

test.each(["a b", "x'y", "x;reboot", "$(x)", "{", ""])("refuses the argument %j", (word) => {
  expect(() => onceEntryText(entry, [word])).toThrow(/kernelArguments/);
});
