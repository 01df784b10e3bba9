import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type BootFacts, readBootFacts } from "./boot-facts.js";
import { bootObstacle } from "./boot-obstacle.js";

const menu = readFileSync(
  new URL("../../../test/fixtures/grub/debian-one-kernel.cfg", import.meta.url),
  "utf8",
);
const told = [
  "uid 0",
  "release 6.1.0-55-amd64",
  "boot 5f3c",
  "directory /boot/grub",
  "fs ext2",
  "layers ",
  "saved ",
  "dropins yes",
  "initramfs update-initramfs",
  "",
].join("\n");
const read = (text: string, grubCfg: string) =>
  readBootFacts([
    { exitCode: 0, stdout: text },
    { exitCode: 0, stdout: grubCfg },
  ]);
const facts = read(told, menu);
if (facts === undefined) throw new Error("the answers were not read");

test("a Debian with GRUB on a plain file system has a way back", () => {
  expect(bootObstacle(facts)).toBeUndefined();
});

test.each<[RegExp, Partial<BootFacts>]>([
  [/only root/, { isRoot: false }],
  [/container/, { container: true }],
  [/no GRUB menu/, { grubDirectory: undefined }],
  [/no grub-reboot/, { missingTools: ["grub-reboot"] }],
  [/Boot Loader Specification/, { menu: { ...facts.menu, usesSnippets: true } }],
  [/Secure Boot/, { secureBoot: true }],
  [/on btrfs.*for ever/, { fileSystem: "btrfs" }],
  [/on diskfilter over lvm.*for ever/, { layers: ["diskfilter", "lvm"] }],
  [/does not tell/, { fileSystem: "" }],
  [/next_entry/, { menu: { ...facts.menu, bootsOnce: false } }],
  [/6\.9, is not in its boot menu/, { release: "6.9" }],
  [/default is 0/, { readsDropIns: false }],
])("refuses with %s", (reason, change) => {
  const obstacle = bootObstacle({ ...facts, ...change });
  expect(obstacle?.reason).toMatch(reason);
  expect(obstacle?.remedy).not.toBe("");
});

test("a host without a boot loader tells all the same", () => {
  expect(read("uid 0\nrelease 6.1\nboot 1\n", "")).toMatchObject({
    grubDirectory: undefined,
    ours: [],
    menu: { entries: [] },
  });
  expect(readBootFacts([{ exitCode: 1, stdout: "" }, undefined])).toBeUndefined();
});
