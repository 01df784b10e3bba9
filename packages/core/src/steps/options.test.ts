import { expect, test } from "vitest";
import type { Step } from "../plan/step.js";
import { builtBinaryStep } from "./built-binary.js";
import { downloadStep } from "./download.js";
import { fileStep } from "./file.js";
import { gitCheckoutStep } from "./git-checkout.js";
import { linkAddressStep } from "./link/address.js";
import { linkMtuStep } from "./link/mtu.js";
import { linkSteps } from "./link.js";
import { moduleStep } from "./module.js";
import { packagesStep } from "./packages.js";
import { patternEditStep } from "./pattern-edit.js";
import { sysctlStep } from "./sysctl.js";

const sha256 = "a".repeat(64);
const commit = "b".repeat(40);
const url = "https://example.org/file";
const path = "/opt/file";

const cases: readonly [field: string, make: () => unknown][] = [
  ...["relative", "/", "/a/../b", "/a//b", "/a/", "/a\nb", ""].map(
    (wrong): [string, () => unknown] => ["path", () => fileStep({ path: wrong, content: "" })],
  ),
  ["content", () => fileStep({ path, content: "a\0b" })],
  ["content", () => fileStep({ path, content: "\ud800" })],
  ["mode", () => fileStep({ path, content: "", mode: 0o10000 })],
  ["owner", () => fileStep({ path, content: "", owner: "root" })],
  ["owner", () => fileStep({ path, content: "", owner: "a b:c" })],
  ["sha256", () => downloadStep({ url, path, sha256: "a".repeat(40) })],
  ["url", () => downloadStep({ url: "ftp://example.org/file", path, sha256 })],
  ["url", () => downloadStep({ url: "https://me:secret@example.org/file", path, sha256 })],
  ["sources.1", () => downloadStep({ url, sources: [path, "-o"], path, sha256 })],
  ["commit", () => gitCheckoutStep({ repository: url, commit: "main", path })],
  ["repository", () => gitCheckoutStep({ repository: "--upload-pack=x", commit, path })],
  ["repository", () => gitCheckoutStep({ repository: "ext::sh", commit, path })],
  ["mirrors.0", () => gitCheckoutStep({ repository: url, mirrors: ["-x"], commit, path })],
  ["mayChange.0", () => gitCheckoutStep({ repository: url, mayChange: ["/etc"], commit, path })],
  ["edits", () => patternEditStep({ path, edits: [] })],
  ["edits.0.pattern", () => patternEditStep({ path, edits: [{ pattern: "", replacement: "x" }] })],
  [
    "edits.0.replacement",
    () => patternEditStep({ path, edits: [{ pattern: "x", replacement: "" }] }),
  ],
  ["edits.0", () => patternEditStep({ path, edits: [{ pattern: "x", replacement: "x" }] })],
  ["key", () => sysctlStep({ key: "net..core", value: 1 })],
  ["key", () => sysctlStep({ key: "net/../../etc/passwd", value: 1 })],
  ["value", () => sysctlStep({ key: "net.core.rmem_max", value: "1\n2" })],
  ["name", () => moduleStep({ name: "-r" })],
  ["parameters.a b", () => moduleStep({ name: "x", parameters: { "a b": 1 } })],
  ["parameters.a", () => moduleStep({ name: "x", parameters: { a: "1 b=2" } })],
  ["nic", () => linkMtuStep({ nic: "a/b", mtuBytes: 1500 })],
  ["nic", () => linkMtuStep({ nic: "sixteen-letters0", mtuBytes: 1500 })],
  ["mtuBytes", () => linkMtuStep({ nic: "eth1", mtuBytes: 10 })],
  ["address", () => linkAddressStep({ nic: "eth1", address: "10.0.0.1" })],
  ["address", () => linkAddressStep({ nic: "eth1", address: "10.0.0.1/33" })],
  ["packages.0", () => packagesStep({ packages: ["-y"] })],
  ["packages", () => packagesStep({ packages: [] })],
];

test.each(cases)("names the wrong option, %s %#", (field, make) => {
  expect(make).toThrow(
    expect.objectContaining({
      code: "OPTIONS_INVALID",
      message: expect.stringContaining(`"${field}": `),
    }),
  );
});

test("names a program that was not built", async () => {
  await expect(builtBinaryStep({ localPath: "/none/program", path })).rejects.toMatchObject({
    code: "OPTIONS_INVALID",
    message: expect.stringContaining('"localPath": ENOENT'),
  });
});

test("something has to be wanted of a NIC", () => {
  expect(() => linkSteps({ nic: "eth1" })).toThrow(
    expect.objectContaining({ code: "OPTIONS_INVALID" }),
  );
  const steps: readonly Step[] = linkSteps({
    nic: "eth1",
    up: true,
    mtuBytes: 9000,
    addresses: ["10.0.0.1/24"],
  });
  expect(steps.map(({ id }) => id)).toEqual([
    "link:eth1:mtu",
    "link:eth1:up",
    "link:eth1:10.0.0.1/24",
  ]);
});
