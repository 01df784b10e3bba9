import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { kernelFact } from "./kernel-fact.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterEach(() => rm(directory, { recursive: true }));

/** What the fact says of a kernel with these symbols, and where modules are built against it: its own script, on other files. */
async function signsOf(symbols: string, symvers = "") {
  const path = join(directory, "kallsyms");
  await writeFile(path, symbols);
  await writeFile(join(directory, "Module.symvers"), symvers);
  const [program, ...args] = kernelFact.argv.map((one) =>
    one
      .replace("/proc/kallsyms", path)
      .replace("/lib/modules/$release/build/Module.symvers", join(directory, "Module.symvers")),
  );
  return kernelFact.parser.parse(execFileSync(program ?? "", args, { encoding: "utf8" }));
}

const line = (name: string) => `0000000000000000 r ${name}\n`;

test("the patch shows by what it exports, not by what every kernel has", async () => {
  const own = `${line("skb_attempt_defer_free")}${line("__ksymtab_skb_put")}`;
  expect(await signsOf(own)).toMatchObject({ patch: "absent" });
  const patched = `${own}${line("__ksymtab_skb_attempt_defer_free")}`;
  expect(await signsOf(patched)).toMatchObject({ patch: "present" });
  expect(await signsOf(`${own}${line("__ksymtab_skb_attempt_defer_free_x")}`)).toMatchObject({
    patch: "absent",
  });
});

test("a kernel that shows no exported symbols is asked where modules are built against it", async () => {
  const symvers = (name: string) => `0x00000000\t${name}\tvmlinux\tEXPORT_SYMBOL\t\n`;
  const hidden = line("skb_attempt_defer_free");
  const others = `${symvers("skb_put")}${symvers("skb_attempt_defer_free_x")}`;
  expect(await signsOf(hidden, others)).toMatchObject({ patch: "absent" });
  const patched = `${others}${symvers("skb_attempt_defer_free")}`;
  expect(await signsOf(hidden, patched)).toMatchObject({ patch: "present" });
});

test("a kernel that shows them nowhere leaves it open", async () => {
  expect(await signsOf(line("skb_attempt_defer_free"))).toMatchObject({ patch: "unknown" });
  const { release } = await signsOf("");
  expect(release).toMatch(/^\d+\.\d+/);
});
