import { expect, test } from "vitest";
import { defineSystem } from "../system/system.js";
import { recordedTerminal } from "./recorded-terminal.js";
import { runCli } from "./run-cli.js";

const kernel = {
  ...{ summary: "patched", version: "6.0.3", tarball: "https://192.0.2.1/linux-6.0.3.tar.gz" },
};
const plain = defineSystem({
  ...{ name: "lab", version: "1.0.0", summary: "a lab", experiments: {}, suites: {} },
  guest: () => {
    throw new Error("not of this test");
  },
});
const lab = { ...plain, kernels: { patched: kernel } };

async function said(system: typeof plain, line: string) {
  const terminal = recordedTerminal();
  const code = await runCli(system, line.split(" "), terminal);
  return { code, text: `${terminal.out.text()}${terminal.err.text()}` };
}

test.each([
  ["kernel build", "or a kernel of lab: patched"],
  ["kernel build patchd", 'lab has no kernel "patchd"'],
  ["kernel build patchd", 'did you mean "patched"?'],
  ["kernel build stock", "stock is the distribution's"],
  ["kernel build patched", "no checksum of https://192.0.2.1/linux-6.0.3.tar.gz is known"],
  ["kernel build patched --source . --sha256 a", "--source and --sha256 exclude each other"],
  ["kernel build patched --config gest", 'did you mean "guest"?'],
  [
    "kernel build ./kernel.yaml --source .",
    "--source is for kernels of lab, not for ./kernel.yaml",
  ],
  ["build --kernel patchd", 'lab has no kernel "patchd"'],
  ["build --kernel patched --testbed netns", "--kernel is for guests, not for netns"],
])("%s is refused with: %s", async (line, words) => {
  const { code, text } = await said(lab, line);
  expect(code).toBe(2);
  expect(text).toContain(words);
});

test("a kernel that was not built is said to be missing, with the command that builds it", async () => {
  const { code, text } = await said(lab, "build --kernel patched");
  expect(code).toBe(3);
  expect(text).toContain("lab kernel build patched --source PATH");
});

test("a system without kernels takes files alone, and no --kernel", async () => {
  expect((await said(plain, "kernel build patched")).text).toContain("there is no such file");
  expect((await said(plain, "kernel build --help")).text).not.toContain("--source");
  expect((await said(plain, "build --kernel patched")).text).toContain("no flag --kernel here");
  expect((await said(lab, "kernel build --help")).text).toContain("FILE.yaml|patched");
});
