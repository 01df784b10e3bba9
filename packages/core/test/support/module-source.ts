/** The module's name; its file is `hoststack_count.ko`. */
export const moduleName = "hoststack_count";

const makefile = `obj-m := ${moduleName}.o
`;

/**
 * A module of the tests' own: counts the ICMP packets a host takes in, shows the count in /proc, is held by
 * whoever has its device open, warns when that is written to, and fails or dawdles when it is asked to. `STEP` is what it counts by;
 * `TUNNEL` makes it need another module.
 */
const source = `// SPDX-License-Identifier: GPL-2.0
#include <linux/delay.h>
#include <linux/ip.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include "count.h"
#ifdef TUNNEL
#include <net/udp_tunnel.h>
#endif

static char *fail = "";
module_param(fail, charp, 0444);
MODULE_PARM_DESC(fail, "on load: oops, bug or warn");
static bool quiet;
module_param(quiet, bool, 0444);
static unsigned int load_ms, unload_ms;
module_param(load_ms, uint, 0444);
module_param(unload_ms, uint, 0444);

static atomic64_t packets;
static int *nowhere;

static unsigned int count(void *unused, struct sk_buff *skb, const struct nf_hook_state *state)
{
	if (ip_hdr(skb)->protocol == IPPROTO_ICMP)
		atomic64_add(STEP, &packets);
	return NF_ACCEPT;
}

static const struct nf_hook_ops hook = {
	.hook = count,
	.pf = NFPROTO_IPV4,
	.hooknum = NF_INET_LOCAL_IN,
	.priority = NF_IP_PRI_FIRST,
};

static int show(struct seq_file *file, void *unused)
{
	seq_printf(file, "%lld\\n", atomic64_read(&packets));
	return 0;
}

static ssize_t complain(struct file *file, const char __user *text, size_t size, loff_t *at)
{
	WARN(1, "hoststack_count: asked to warn\\n");
	return size;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.llseek = noop_llseek,
	.write = complain,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = KBUILD_MODNAME,
	.fops = &operations,
};

static int __init begin(void)
{
	int error;

	if (!quiet)
		pr_info("hoststack_count: begins\\n");
	msleep(load_ms);
	WARN(!strcmp(fail, "warn"), "hoststack_count: asked to warn\\n");
	if (!strcmp(fail, "oops"))
		WRITE_ONCE(*READ_ONCE(nowhere), 1);
	BUG_ON(!strcmp(fail, "bug"));
#ifdef TUNNEL
	if (load_ms == 1)
		udp_tunnel_sock_release(NULL);
#endif
	error = misc_register(&device);
	if (error)
		return error;
	if (!proc_create_single("hoststack_count", 0444, NULL, show)) {
		misc_deregister(&device);
		return -ENOMEM;
	}
	error = nf_register_net_hook(&init_net, &hook);
	if (error) {
		remove_proc_entry("hoststack_count", NULL);
		misc_deregister(&device);
	}
	return error;
}

static void __exit end(void)
{
	nf_unregister_net_hook(&init_net, &hook);
	remove_proc_entry("hoststack_count", NULL);
	misc_deregister(&device);
	msleep(unload_ms);
}

module_init(begin);
module_exit(end);
MODULE_DESCRIPTION("Counts the ICMP packets that come in");
MODULE_VERSION("1");
MODULE_LICENSE("GPL");
`;

const header = `#ifndef STEP
#define STEP 1
#endif
`;

/** The module's sources, by path. */
export const moduleFiles: Readonly<Record<string, string>> = {
  Makefile: makefile,
  [`${moduleName}.c`]: source,
  "count.h": header,
};
