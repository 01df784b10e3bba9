import { expect, test } from "vitest";
import { configurationChanges } from "./configuration-files.js";

const patchOf = (file: string) => ({
  ...{ name: file, strip: 1, fuzz: 0 },
  text: `--- a/${file}\n+++ b/${file}\n@@ -1 +1 @@\n-a\n+b\n`,
});
const editOf = (path: string) => ({ path, edits: [] });
const ordinary = ["net/ipv4/af_inet.c", "include/net/tcp.h", "lib/Makefile"];

test("a change of C, or of what is compiled, leaves the configuration as it is", () => {
  const changes = { patches: ordinary.map(patchOf), edits: ordinary.map(editOf) };
  expect(configurationChanges(changes)).toEqual({ patches: [], edits: [] });
});

test.each([
  "Kconfig",
  "net/ipv4/Kconfig",
  "lib/Kconfig.debug",
  "Makefile",
  "arch/x86/Makefile",
  "scripts/kconfig/conf.c",
  "arch/x86/configs/tiny.config",
  "kernel/configs/kvm_guest.config",
])("a change of %s may change it", (file) => {
  const [patch, edit] = [patchOf(file), editOf(file)];
  const changes = {
    patches: [...ordinary.map(patchOf), patch],
    edits: [...ordinary.map(editOf), edit],
  };
  expect(configurationChanges(changes)).toEqual({ patches: [patch], edits: [edit] });
});
