import type { KernelRecipe } from "../../src/kernel/recipe.js";
import { patchThatAdds } from "./added-file-patch.js";

/** Where the change of ours lies in the sources. */
export const markFile = "lib/hoststack_mark.c";

/** What the kernel says while it boots, before the number it is marked with. */
export const bootLine = "hoststack: this kernel is marked with";
export const firstMark = 61;

const source = `// SPDX-License-Identifier: GPL-2.0
/* Tells that this kernel is the patched one: at boot, and to modules. */
#include <linux/export.h>
#include <linux/init.h>
#include <linux/printk.h>

static int mark = ${firstMark};

int hoststack_mark(void);
int hoststack_mark(void)
{
	return mark;
}
EXPORT_SYMBOL_GPL(hoststack_mark);

static int __init mark_begin(void)
{
	pr_notice("${bootLine} %d\\n", mark);
	return 0;
}
late_initcall(mark_begin);
`;

const markPatch = patchThatAdds({ path: markFile, source }, [
  "--- a/lib/Makefile",
  "+++ b/lib/Makefile",
  "@@ -55,2 +55,3 @@",
  " obj-y += hexdump.o",
  "+obj-y += hoststack_mark.o",
  " obj-$(CONFIG_TEST_HEXDUMP) += test_hexdump.o",
]);

const on = (...symbols: string[]) => Object.fromEntries(symbols.map((symbol) => [symbol, "y"]));

/**
 * The distribution's kernel with that patch: the smallest one that tells on a serial line what it is, and takes
 * modules. It has no network and no disk.
 */
export const markedKernel: KernelRecipe = {
  source: { debian: "linux-source-6.1" },
  patches: [markPatch],
  config: {
    base: "tinyconfig",
    set: on("PRINTK", "TTY", "SERIAL_8250", "SERIAL_8250_CONSOLE", "MODULES", "MODULE_UNLOAD"),
  },
};
