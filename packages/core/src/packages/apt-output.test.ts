import { expect, test } from "vitest";
import { aptComplaint, parseKernelPackages, parsePrintedUris } from "./apt-output.js";

test("printed URIs give names, versions with epoch, and sizes", () => {
  const text = [
    "'http://mirror.test/zlib1g_1.2.13.dfsg-1_amd64.deb' zlib1g_1%3a1.2.13.dfsg-1_amd64.deb 86684 MD5Sum:ec42",
    "'http://mirror.test/liblzma5_5.4.1-1_amd64.deb' liblzma5_5.4.1-1+deb12u2_amd64.deb 205796 ",
    "'http://mirror.test/pci.ids.deb' pci.ids_0.0~2023.04.11-1_all.deb 242760 SHA256:ad04",
    "W: a warning in between",
  ].join("\n");
  expect(parsePrintedUris(text)).toEqual([
    {
      name: "zlib1g",
      version: "1:1.2.13.dfsg-1",
      file: "zlib1g_1%3a1.2.13.dfsg-1_amd64.deb",
      sizeBytes: 86684,
    },
    {
      name: "liblzma5",
      version: "5.4.1-1+deb12u2",
      file: "liblzma5_5.4.1-1+deb12u2_amd64.deb",
      sizeBytes: 205796,
    },
    {
      name: "pci.ids",
      version: "0.0~2023.04.11-1",
      file: "pci.ids_0.0~2023.04.11-1_all.deb",
      sizeBytes: 242760,
    },
  ]);
});

test("a kernel metapackage stands for its image", () => {
  const shown = [
    "Package: linux-image-amd64",
    "Version: 6.1.192-2",
    "Depends: linux-image-6.1.0-56-amd64 (= 6.1.192-2)",
  ].join("\n");
  expect(parseKernelPackages(shown)).toEqual(["linux-image-6.1.0-56-amd64"]);
});

test("a kernel with its modules apart stands for both", () => {
  const shown =
    "Depends: linux-image-6.8.0-45-generic, linux-modules-extra-6.8.0-45-generic, linux-firmware";
  expect(parseKernelPackages(shown)).toEqual([
    "linux-image-6.8.0-45-generic",
    "linux-modules-extra-6.8.0-45-generic",
  ]);
});

test("apt's complaint is its error lines, or all it said", () => {
  expect(aptComplaint("W: old key\nE: Unable to locate package x\n")).toBe(
    "Unable to locate package x",
  );
  expect(aptComplaint("Err:1 unreachable\n")).toBe("Err:1 unreachable");
});
