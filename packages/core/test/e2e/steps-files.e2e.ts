import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  chmod,
  link,
  mkdir,
  readdir,
  readFile,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openLocalTransport } from "../../src/host/local.js";
import type { Step } from "../../src/plan/step.js";
import { builtBinaryStep } from "../../src/steps/built-binary.js";
import { directoryStep } from "../../src/steps/directory.js";
import { downloadStep } from "../../src/steps/download.js";
import { fileStep } from "../../src/steps/file.js";
import { patternEditStep } from "../../src/steps/pattern-edit.js";
import { act, decideOn, type StepCase, stepContract } from "../../src/testing/step-contract.js";
import {
  busyboxDirectory,
  openMachine,
  temporaryDirectory,
  type UserLand,
  userLands,
  withPath,
} from "../support/step-hosts.js";

const sha256 = (content: string) => createHash("sha256").update(content).digest("hex");

/** Names, modes, owners, times and content of everything in a directory. */
async function listing(directory: string): Promise<string> {
  const names = (await readdir(directory)).sort();
  const lines = names.map(async (name) => {
    const { mode, uid, gid, mtimeMs } = await stat(join(directory, name));
    return [name, mode, uid, gid, mtimeMs, await readFile(join(directory, name), "utf8")].join(" ");
  });
  return (await Promise.all(lines)).join("\n");
}

/** A step in a directory `work` of its own, with what is there before. */
async function caseIn(
  userLand: UserLand,
  make: (work: string) => Promise<Step> | Step,
  before?: string,
): Promise<StepCase> {
  const directory = await temporaryDirectory();
  const [work, bin] = [join(directory.path, "work dir's"), join(directory.path, "bin")];
  await mkdir(work);
  await mkdir(bin);
  await mkdir(join(directory.path, "saved"));
  if (before !== undefined) {
    await writeFile(join(work, "file"), before);
    await chmod(join(work, "file"), 0o640);
    await utimes(join(work, "file"), 1_500_000_000, 1_500_000_000);
  }
  const local = openLocalTransport();
  const busybox = async () => withPath(local, await busyboxDirectory(bin));
  const host = openMachine(userLand === "busybox" ? await busybox() : local);
  return {
    host,
    step: await make(work),
    savedDirectory: join(directory.path, "saved"),
    words: [work],
    surroundings: () => listing(work),
    [Symbol.asyncDispose]: async () => {
      await host[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

async function web(content: string): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((_, response) => response.end(content)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/file`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const content = "Zeile mit ü, 'quotes' and $HOME\n\\ no newline";

describe.each(userLands)("%s", (userLand) => {
  for (const [name, before] of [
    ["a new file", undefined],
    ["another file", "old\n"],
    ["only a mode", content],
  ] as const) {
    stepContract(`file over ${name}`, () =>
      caseIn(userLand, (work) => fileStep({ path: `${work}/file`, content, mode: 0o604 }), before),
    );
    stepContract(`download over ${name}`, async () => {
      const server = await web(content);
      const make = (work: string) =>
        downloadStep({
          url: server.url,
          path: `${work}/file`,
          sha256: sha256(content),
          mode: 0o755,
        });
      const one = await caseIn(userLand, make, before);
      return {
        ...one,
        [Symbol.asyncDispose]: async () => {
          await one[Symbol.asyncDispose]();
          await server[Symbol.asyncDispose]();
        },
      };
    });
    stepContract(`built binary over ${name}`, () =>
      caseIn(
        userLand,
        (work) => builtBinaryStep({ localPath: process.execPath, path: `${work}/file` }),
        before,
      ),
    );
  }
  stepContract("directory with those above it, beside a file", () =>
    caseIn(userLand, (work) => directoryStep({ path: `${work}/a/b c/d` }), content),
  );
  stepContract("pattern edit", () =>
    caseIn(
      userLand,
      (work) =>
        patternEditStep({
          path: `${work}/file`,
          edits: [
            { pattern: "CC=gcc\n", replacement: "CC=gcc\nCFLAGS += -g\n" },
            { pattern: "'$(x)'", replacement: '"\\1&"', count: 2 },
          ],
        }),
      "CC=gcc\n'$(x)'\nü '$(x)'",
    ),
  );

  test("a download with another hash names every source and leaves nothing", async () => {
    await using server = await web("something else");
    await using one = await caseIn(userLand, (work) =>
      downloadStep({
        url: server.url,
        sources: [`${work}/missing`, `file://${encodeURI(work)}/bad`],
        path: `${work}/file`,
        sha256: sha256(content),
      }),
    );
    const work = String(one.words[0]);
    await writeFile(join(work, "bad"), "bad");
    const before = await listing(work);
    const error = await decideOn(one)
      .then(({ decision }) => act(one.host, decision))
      .catch(String);
    expect(error).toContain(`${work}/missing: failed`);
    expect(error).toContain(`${work}/bad: its SHA-256 is ${sha256("bad")}, not ${sha256(content)}`);
    expect(error).toContain(`${server.url}: its SHA-256 is ${sha256("something else")}`);
    expect(await listing(work)).toBe(before);
  });
});

test("a file is shown as it changes, unless others may not read it", async () => {
  await using one = await caseIn(
    "debian",
    (work) => fileStep({ path: `${work}/file`, content: "a\nc\n" }),
    "a\nb\n",
  );
  const path = `${one.words[0]}/file`;
  expect((await decideOn(one)).decision).toMatchObject({
    diff: expect.stringMatching(/^file 640 /),
  });
  await chmod(path, 0o644);
  expect((await decideOn(one)).decision).toMatchObject({
    diff: `--- ${path}\n+++ ${path}\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n`,
  });
});

test.each([
  [
    "a symbolic link",
    (path: string) => symlink("/etc/hostname", path),
    /is a symbolic link to \/etc\/hostname/,
  ],
  ["a directory", (path: string) => mkdir(path), /is a directory/],
  [
    "a file with two names",
    async (path: string) => {
      await writeFile(path, "");
      await link(path, `${path}.other`);
    },
    /has 2 names/,
  ],
])("a file is not put over %s", async (_, make, reason) => {
  await using one = await caseIn("debian", (work) => fileStep({ path: `${work}/file`, content }));
  await make(`${one.words[0]}/file`);
  expect((await decideOn(one)).decision).toMatchObject({
    state: "impossible",
    reason: expect.stringMatching(reason),
  });
});

test("a binary that changed after it was read is not put in place", async () => {
  await using directory = await temporaryDirectory();
  const localPath = join(directory.path, "program");
  await writeFile(localPath, "one");
  await using one = await caseIn("debian", (work) =>
    builtBinaryStep({ localPath, path: `${work}/file` }),
  );
  await writeFile(localPath, "two");
  const { decision } = await decideOn(one);
  await expect(act(one.host, decision)).rejects.toThrow(`not ${sha256("one")}`);
  expect(await readdir(String(one.words[0]))).toEqual([]);
});
