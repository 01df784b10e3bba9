import { expect, test } from "vitest";
import { appletLinks } from "./guest-files.js";
import { kernelPayload } from "./kernel-payload.js";
import { isInGuest, isKeptOfThinned, isThinned } from "./package-selection.js";
import { completeEntries, guestPath, isPruned } from "./tree-entries.js";

test("paths move to where current systems have them", () => {
  expect(guestPath("sbin/ip")).toBe("usr/sbin/ip");
  expect(guestPath("lib64/ld-linux-x86-64.so.2")).toBe("usr/lib64/ld-linux-x86-64.so.2");
  expect(guestPath("etc/services")).toBe("etc/services");
});

test("documentation is left out, libraries and plugins are not", () => {
  for (const path of ["usr/share/doc/x", "usr/share/man", "lib/modules/6.1", "usr/lib/x.a"]) {
    expect(isPruned(path), path).toBe(true);
  }
  for (const path of ["usr/lib/x86_64-linux-gnu/libibverbs/librxe.so", "etc/libibverbs.d"]) {
    expect(isPruned(path), path).toBe(false);
  }
});

test("what only installing needs stays out unless it is asked for", () => {
  expect(isInGuest("dpkg", [])).toBe(false);
  expect(isInGuest("perl-base", ["perl-base"])).toBe(true);
  expect(isInGuest("libibverbs1", [])).toBe(true);
  expect(isInGuest("libperl5.36", [])).toBe(false);
  expect(isInGuest("libperl5.36", ["linux-perf"])).toBe(true);
  expect(isThinned("coreutils", [])).toBe(true);
  expect(isThinned("coreutils", ["coreutils"])).toBe(false);
  expect(isKeptOfThinned("usr/bin/stdbuf")).toBe(true);
  expect(isKeptOfThinned("usr/bin/sha512sum")).toBe(false);
  expect(isKeptOfThinned("usr/libexec/coreutils/libstdbuf.so")).toBe(true);
});

test("an archive has every path once, parents first", () => {
  const file = (path: string, content: string) =>
    ({ path, type: "file", mode: 0o644, content }) as const;
  const entries = completeEntries([file("a/b/c", "1"), file("a/b/c", "2"), file("init", "")]);
  expect(entries.map(({ path }) => path)).toEqual(["a", "a/b", "a/b/c", "init"]);
  expect(entries[2]).toMatchObject({ content: "2" });
});

test("busybox stands in for programs no package brings", () => {
  const present = [{ path: "usr/sbin/ip", type: "link", target: "/bin/ip" }] as const;
  expect(appletLinks(["ip", "sed", "[", ""], present).map(({ path }) => path)).toEqual([
    "usr/bin/sed",
  ]);
});

test("the payload of a kernel is found by its header", () => {
  const kernel = Buffer.alloc(4096);
  kernel.writeUInt8(1, 0x1f1);
  kernel.write("HdrS", 0x202);
  kernel.writeUInt32LE(0x10, 0x248);
  kernel.writeUInt32LE(0x20, 0x24c);
  expect(kernelPayload(kernel).format).toBe("unknown");
  Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]).copy(kernel, 1024 + 0x10);
  expect(kernelPayload(kernel)).toMatchObject({ format: "xz", content: { length: 0x1c } });
  kernel.writeUInt16LE(0x8b1f, 1024 + 0x10);
  expect(kernelPayload(kernel)).toMatchObject({ format: "gzip", content: { length: 0x20 } });
  expect(kernelPayload(Buffer.from("no kernel")).format).toBe("unknown");
});
