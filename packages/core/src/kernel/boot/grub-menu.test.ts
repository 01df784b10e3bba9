import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { entryOfDefault, entryOfRelease, isInMenu } from "./choose-entry.js";
import { parseGrubMenu } from "./grub-menu.js";

const fixture = (name: string) =>
  readFileSync(new URL(`../../../test/fixtures/grub/${name}`, import.meta.url), "utf8");

const uuid = "caba57a6-9886-4249-a357-e2a84bd6915c";
const advanced = `gnulinux-advanced-${uuid}`;
/** As grub.cfg writes it; no template of ours. */
const savedEntryText = `\${saved_entry}`;
const old = `${advanced}>gnulinux-6.1.0-55-amd64-advanced-${uuid}`;

describe("the menu grub-mkconfig of Debian 12 made", () => {
  const menu = parseGrubMenu(fixture("debian-one-kernel.cfg"));

  test("is read with its submenu", () => {
    expect(menu.entries.map(({ path, release, recovery }) => [path, release, recovery])).toEqual([
      [`gnulinux-simple-${uuid}`, "6.1.0-55-amd64", false],
      [old, "6.1.0-55-amd64", false],
      [`${advanced}>gnulinux-6.1.0-55-amd64-recovery-${uuid}`, "6.1.0-55-amd64", true],
    ]);
    expect(menu).toMatchObject({
      defaultEntry: "0",
      bootsOnce: true,
      readsOurs: false,
      usesSnippets: false,
    });
    expect(menu.entries[1]?.kernelArguments).toContain("console=ttyS0");
    expect(menu.entries[1]?.body).toContain("initrd\t/boot/initrd.img-6.1.0-55-amd64");
  });

  test("leads to the entry whose id names the release, not to the newest whatever it is", () => {
    expect(entryOfRelease(menu, "6.1.0-55-amd64")?.path).toBe(old);
    expect(entryOfRelease(menu, "6.1.0-5-amd64")).toBeUndefined();
  });

  test.each([
    ["0", "", `gnulinux-simple-${uuid}`],
    ["1>0", "", old],
    [savedEntryText, old, old],
    [savedEntryText, "gone", `gnulinux-simple-${uuid}`],
    [savedEntryText, "", `gnulinux-simple-${uuid}`],
    [`Advanced options for Debian GNU/Linux>Debian GNU/Linux, with Linux 6.1.0-55-amd64`, "", old],
  ])("default %s with %s saved boots %s", (defaultEntry, savedEntry, path) => {
    expect(entryOfDefault(menu, { defaultEntry, savedEntry })?.path).toBe(path);
  });

  test("knows what is in it", () => {
    expect(isInMenu(menu, old)).toBe(true);
    expect(isInMenu(menu, `${advanced}>gnulinux-6.1.0-54-amd64-advanced-${uuid}`)).toBe(false);
    expect(isInMenu(menu, "")).toBe(false);
  });
});

test("quotes, variables and comments do not end a block", () => {
  const menu = parseGrubMenu(`
# menuentry 'not this' {
menuentry 'it'\\''s {one}' --class "a b" --id=x --unrestricted {
  if [ "\${a}" = '}' ]; then set b="\${c}"; fi # }
  linux /vmlinuz-1.0 root=/dev/sda1 'x=}' ; initrd /initrd
}
menuentry 'no linux' { chainloader +1 }
menuentry "a > b" { linuxefi ($root)/vmlinuz-2.0 single }
`);
  expect(menu.entries).toMatchObject([
    {
      title: "it's {one}",
      id: "x",
      path: "x",
      release: "1.0",
      kernelArguments: ["root=/dev/sda1", "x=}"],
    },
    { title: "a > b", path: "a >> b", release: "2.0", recovery: true },
  ]);
  expect(menu.topLevel.map(({ names }) => names[0])).toEqual(["x", "no linux", "a > b"]);
});

test("tells a menu of snippets, and one that forgets nothing", () => {
  const menu = parseGrubMenu('insmod blscfg\nblscfg\nset default="0"\n');
  expect(menu).toMatchObject({ usesSnippets: true, bootsOnce: false, entries: [] });
});
