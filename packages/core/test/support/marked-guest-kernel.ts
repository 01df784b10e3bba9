import type { KernelRecipe } from "../../src/kernel/recipe.js";
import { patchThatAdds } from "./added-file-patch.js";

/** Where the change of ours lies in the sources. */
export const markFile = "net/ipv4/hoststack_mark.c";

/** What the kernel says while it boots, and the value its sysctl `net.ipv4.hoststack_mark` begins with. */
export const bootLine = "hoststack: this kernel is marked with";
export const firstMark = 61;

const source = `// SPDX-License-Identifier: GPL-2.0
/* Tells that this kernel is the patched one: by a line at boot, and by a sysctl. */
#include <linux/init.h>
#include <linux/kernel.h>
#include <net/net_namespace.h>

static int mark = ${firstMark};

static struct ctl_table mark_table[] = {
	{
		.procname = "hoststack_mark",
		.data = &mark,
		.maxlen = sizeof(mark),
		.mode = 0644,
		.proc_handler = proc_dointvec,
	},
	{}
};

static int __init mark_begin(void)
{
	if (!register_net_sysctl(&init_net, "net/ipv4", mark_table))
		return -ENOMEM;
	pr_notice("${bootLine} %d\\n", mark);
	return 0;
}
late_initcall(mark_begin);
`;

const markPatch = patchThatAdds({ path: markFile, source }, [
  "--- a/net/ipv4/Makefile",
  "+++ b/net/ipv4/Makefile",
  "@@ -18,2 +18,3 @@",
  " ",
  "+obj-y += hoststack_mark.o",
  " obj-$(CONFIG_BPFILTER) += bpfilter/",
]);

/** Of the guests' configuration, what a pair on a private link has no use for: a sixth of the compiling. */
const off = ["ATA", "EXT4_FS", "IPV6", "SCSI", "VFAT_FS", "WATCHDOG"];
const parts = ["EXT4_USE_FOR_EXT2", "BLK_DEV_SD", "SATA_AHCI", "ATA_SFF", "ATA_BMDMA", "ATA_PIIX"];
const watchdogs = ["I6300ESB_WDT", "ITCO_WDT", "SOFT_WATCHDOG"];

/** What is missing of the guests' configuration, because it is off or part of what is off. */
export const guestSymbolsLeft: ReadonlySet<string> = new Set([...off, ...parts, ...watchdogs]);

const symbolsOff = Object.fromEntries(off.map((symbol) => [symbol, "n"]));

/** The distribution's kernel with that patch, for our guests. */
export const markedKernel: KernelRecipe = {
  source: { debian: "linux-source-6.1" },
  patches: [markPatch],
  config: { base: "guest", set: { ...symbolsOff, LOG_BUF_SHIFT: 17 } },
};
