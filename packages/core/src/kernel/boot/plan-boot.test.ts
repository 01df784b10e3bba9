import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { bootPlanLines, decideBoot } from "./plan-boot.js";

const [running, built] = ["6.1.0-55-amd64", "6.1.0-56-amd64"] as const;
const fixture = readFileSync(
  new URL("../../../test/fixtures/grub/debian-one-kernel.cfg", import.meta.url),
  "utf8",
);
const entryAt = fixture.indexOf("submenu ");
/** As `kernel install` leaves it: one entry more, the default saved, our one-shot entry read. */
const menu = [
  fixture.slice(0, entryAt).replace('set default="0"', `set default="\${saved_entry}"`),
  `menuentry 'newer' --id new-${built} {\n\tlinux\t/boot/vmlinuz-${built} root=/dev/vda1 ro\n}\n`,
  fixture.slice(entryAt),
  "if [ -f $prefix/hoststack.cfg ]; then\n  source $prefix/hoststack.cfg\nfi\n",
].join("");
const told = (changes: Readonly<Record<string, string>> = {}) =>
  Object.entries({
    ...{ uid: "0", release: running, boot: "5f3c", directory: "/boot/grub", fs: "ext2" },
    ...{ dropins: "yes", initramfs: "update-initramfs", watchdog: "i6300esb" },
    ...changes,
  })
    .map(([key, value]) => `${key} ${value}\n`)
    .join("");

const answer = (stdout: string) => ({ exitCode: 0, stdout });
const kernel = { release: built, configSha256: "aa" };
const noDeadMan = "dead the scripts that would reset it are not installed for initramfs-tools\n";

/** What is decided on a host, as it is after an installation but for what a test says. */
function decided({
  facts = {},
  grubCfg = menu,
  ready = "dead no\n",
  ...request
}: {
  facts?: Readonly<Record<string, string>>;
  grubCfg?: string;
  ready?: string;
} & Partial<Parameters<typeof decideBoot>[2]> = {}) {
  const answers = [answer(told(facts)), answer(grubCfg), answer(ready)];
  return decideBoot("node0", answers, { kernel, ...request });
}

test("an installed kernel is booted once, with the kernel that runs to fall back to", () => {
  expect(decided({ deadlineMs: 60_000 })).toMatchObject({
    ...{ host: "node0", fallBack: running, deadMan: "armed", watchdogDriver: "i6300esb" },
    ...{ way: "firmware", deadlineMs: 60_000, entry: { release: built } },
  });
});

test("a kernel that is to become the default does so once it is proven, any other not", () => {
  const lines = (makeDefault: boolean) => bootPlanLines(decided({ makeDefault }));
  expect(lines(true)[0]).toMatch(/6\.1\.0-55-amd64 by default, which stays so until .* is proven$/);
  expect(lines(true).at(-1)).toBe("then 6.1.0-56-amd64 becomes the default");
  expect(lines(false)[0]).toMatch(/which stays so$/);
  expect(lines(false).at(-1)).toMatch(/^its next reboot boots 6\.1\.0-55-amd64: --make-default/);
});

test("crash records of earlier boots are known", () => {
  const ready = "dead no\ncrash /sys/fs/pstore/dmesg-efi-1\n";
  expect(decided({ ready }).crashRecords).toEqual(["/sys/fs/pstore/dmesg-efi-1"]);
});

describe("is refused", () => {
  test.each<[RegExp, Parameters<typeof decided>[0]]>([
    [/^node0: only root/, { facts: { uid: "1000" } }],
    [/no kernel 9\.9; it has .*6\.1\.0-56/, { kernel: { ...kernel, release: "9.9" } }],
    [/does not read the one-shot entry/, { grubCfg: menu.replace(/source .*hoststack.*/, "") }],
    [/boots 6\.1\.0-56-amd64 by default already/, { facts: { saved: `new-${built}` } }],
    [/to be booted once already: other/, { facts: { next: "other" } }],
    [/has no kexec/, { way: "kexec" }],
    [/nothing would bring it back .*not installed for initramfs-tools/, { ready: noDeadMan }],
    [/nothing would bring it back .*did not tell/, { ready: "" }],
  ])("with %s", (message, host) => {
    expect(() => decided(host)).toThrow(
      expect.objectContaining({
        code: "BOOT_REFUSED",
        message: expect.stringMatching(message),
        remedy: expect.stringMatching(/\w/),
      }),
    );
  });

  test("on a host that does not tell how it boots", () => {
    expect(() => decideBoot("node0", [undefined], { kernel })).toThrow(
      expect.objectContaining({ code: "BOOT_REFUSED" }),
    );
  });
});

test.each([
  [
    "/boot/initrd.img-6 was made before the scripts that would reset it",
    /^make it again .*update-initra/,
  ],
  ["the kernel has no CONFIG_MAGIC_SYSRQ, by which it is reset", /^build it with MAGIC_SYSRQ/],
  [
    "the scripts that would reset it are not installed for initramfs-tools",
    /^accept a reset by hand/,
  ],
])("a kernel without a dead man, as %s, is told with what helps", (missing, remedy) => {
  expect(() => decided({ ready: `dead ${missing}\n` })).toThrow(
    expect.objectContaining({ remedy: expect.stringMatching(remedy) }),
  );
});

test("a deadline before which nobody can log in is refused", () => {
  expect(() => decided({ deadlineMs: 5000 })).toThrow(
    expect.objectContaining({
      code: "OPTIONS_INVALID",
      message: expect.stringMatching(/^a deadline of 5 s resets a good kernel/),
      remedy: expect.stringMatching(/at least 30 s .*--deadline/),
    }),
  );
});

test("a host without a dead man is booted when a reset by hand is accepted, and told how", () => {
  const plan = decided({ ready: noDeadMan, acceptManualReset: true });
  expect(plan).toMatchObject({ deadMan: { missing: expect.stringMatching(/not installed/) } });
  expect(plan.watchdogDriver).toBeUndefined();
  expect(bootPlanLines(plan).join("\n")).toMatch(/NOTHING resets it .*power-cycle it by hand/);
});
