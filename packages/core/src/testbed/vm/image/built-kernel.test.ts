import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { builtKernelProvenance } from "./built-kernel.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterEach(() => rm(directory, { recursive: true }));

const facts = () => builtKernelProvenance({ release: "6.0.3-hs1", directory, configSha256: "c" });

test("a kernel's sources are told by their digest and not by their place, patches by theirs", async () => {
  const inputs = {
    source: { local: "/home/alice/linux", digest: "s" },
    patches: [{ name: "diff.patch", sha256: "p", strip: 1, fuzz: 0 }],
    edits: [{ path: "net/ipv4/tcp.c", sha256: "e" }],
  };
  await writeFile(join(directory, "kernel.json"), JSON.stringify({ inputs }));
  expect(await facts()).toEqual({
    guestKernelConfig: "sha256 c",
    guestKernelSource: "s",
    guestKernelChanges: "patch diff.patch (sha256 p), edits of net/ipv4/tcp.c (sha256 e)",
  });
});

test("one without changes says so, one without a note says that nobody knows its sources", async () => {
  const inputs = { source: { digest: "s" }, patches: [], edits: [] };
  await writeFile(join(directory, "kernel.json"), JSON.stringify({ inputs }));
  expect(await facts()).toMatchObject({ guestKernelChanges: "none" });
  await rm(join(directory, "kernel.json"));
  expect(await facts()).toMatchObject({
    guestKernelSource: "unknown",
    guestKernelChanges: "unknown",
  });
});
