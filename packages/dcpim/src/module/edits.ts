import type { SourceEdit } from "@hoststack/core/kernel";
import type { ModuleKernel } from "./module-kernel.js";

/** Edits of the module's sources, by file. */
export type ModuleEdits = Readonly<Record<string, readonly SourceEdit[]>>;

/**
 * Numbers that are compiled in become macros, which the build defines: so the same sources serve every
 * machine, and a knob is never found by searching text.
 */
const knobEdits: ModuleEdits = {
  "dcpim_matching.c": [
    { pattern: "epoch->cpu = 60;", replacement: "epoch->cpu = DCPIM_MATCHING_CPU;" },
    { pattern: "epoch->port_range = 15;", replacement: "epoch->port_range = DCPIM_PORT_RANGE;" },
    { pattern: "epoch->k = 4;", replacement: "epoch->k = DCPIM_CHANNELS;" },
  ],
  "dcpim_plumbing.c": [
    {
      pattern: "params->bandwidth = 98;",
      replacement: "params->bandwidth = DCPIM_BANDWIDTH_GBPS;",
    },
    {
      pattern: "params->control_pkt_rtt = 20;",
      replacement: "params->control_pkt_rtt = DCPIM_CONTROL_RTT_US;",
    },
    { pattern: "params->rtt = 60;", replacement: "params->rtt = DCPIM_RTT_US;" },
    { pattern: "params->beta = 13;", replacement: "params->beta = DCPIM_BETA_TENTHS;" },
    { pattern: "params->num_rounds = 4;", replacement: "params->num_rounds = DCPIM_ROUNDS;" },
  ],
  "dcpim_outgoing.c": [
    {
      pattern: "ns_to_ktime(1000000)",
      replacement: "ns_to_ktime(DCPIM_HANDSHAKE_RETRY_NS)",
      count: 2,
    },
    {
      pattern: "sync_sent_times >= 10",
      replacement: "sync_sent_times >= DCPIM_HANDSHAKE_TRIES",
      count: 2,
    },
  ],
  "dcpim_sock.c": [
    { pattern: "ns_to_ktime(1000000)", replacement: "ns_to_ktime(DCPIM_HANDSHAKE_RETRY_NS)" },
  ],
};

/**
 * Control packets ask for a checksum without saying where it is, which only some cards guess; and their DSCP
 * and ECN bits and identification come from memory nobody has written. All of the room they are given is reserved for
 * headers of lower layers: they are written behind it, into what the allocator happens to round up. That panics a kernel
 * whose lower layers need little, as one without wireless cards.
 */
const controlPacketEdits: ModuleEdits = {
  "dcpim_outgoing.c": [
    {
      pattern: "skb->no_fcs = 1;",
      replacement:
        "skb->no_fcs = 1;\n\tskb->csum_start = skb_transport_header(skb) - skb->head;\n\tskb->csum_offset = offsetof(struct dcpimhdr, check);",
      count: 2,
    },
    {
      pattern: "iph->tos =  iph->tos | 4;",
      replacement: "iph->tos = 4;\n    iph->id = 0;",
    },
    {
      pattern: "skb = alloc_skb(size, GFP_ATOMIC);\n\tskb->sk = sk;",
      replacement:
        "skb = alloc_skb(size + 128, GFP_ATOMIC);\n\tif (unlikely(!skb))\n\t\treturn NULL;\n\tskb->sk = sk;",
    },
  ],
};

/**
 * What came out of order and is covered by a later segment is freed, and its length read after that: where the allocator
 * keeps its own pointers. What is under way becomes any number, below zero with a warning, and the receiver hands out no
 * tokens any more: the flow stands still. Lost packets bring it about, as several hosts into one do. The later segment
 * is no longer under way either.
 */
const outOfOrderEdits: ModuleEdits = {
  "dcpim_incoming.c": [
    {
      pattern:
        "dcpim_rmem_free_skb(sk, skb1);\n\t\t\t\tdcpim_drop(sk, skb1);\n\t\t\t\tdsk->receiver.inflight_bytes += skb1->len;",
      replacement:
        "dcpim_drop(sk, skb1);\n\t\t\t\tdsk->receiver.inflight_bytes -= skb->len - skb1->len;\n\t\t\t\tdcpim_rmem_free_skb(sk, skb1);",
    },
    {
      pattern:
        "dcpim_rmem_free_skb(sk, skb1);\n\t\tdcpim_drop(sk, skb1);\n\t\tdsk->receiver.inflight_bytes += skb1->len;",
      replacement:
        "dcpim_drop(sk, skb1);\n\t\tdsk->receiver.inflight_bytes += skb1->len;\n\t\tdcpim_rmem_free_skb(sk, skb1);",
    },
  ],
};

/**
 * Upstream has room for sixteen stretches of what came out of order, and writes a seventeenth behind them, over what a
 * close needs; and the receiver tells one more than it has, which the sender writes over its handshake. Fifteen fit both
 * ends; of more the last is forgotten, as TCP does. Lost packets bring it about: seen among three hosts.
 */
const stretchEdits: ModuleEdits = {
  "dcpim_incoming.c": [
    {
      pattern: "if (this_sack > DCPIM_NUM_SACKS) {",
      replacement: "if (this_sack >= DCPIM_NUM_SACKS - 1) {",
    },
    { pattern: "WARN_ON(true);\n\t\tthis_sack--;", replacement: "this_sack--;" },
  ],
};

/**
 * Whoever waits for a socket hears nothing when its peer closes it or the handshake is given up: poll() never tells that
 * it is closed, which TCP tells as a hang-up. Upstream's close drops what was written last; a server of iperf3 that is
 * only told so waits two minutes for its client's last word.
 */
const closedSocketEdits: ModuleEdits = {
  "dcpim.c": [
    {
      pattern: "if (sk->sk_shutdown == SHUTDOWN_MASK)",
      replacement:
        "if (sk->sk_shutdown == SHUTDOWN_MASK || smp_load_acquire(&sk->sk_state) == DCPIM_CLOSE)",
    },
  ],
  "dcpim_outgoing.c": [
    {
      pattern: "/* TO DO: might need to wake up socket */",
      replacement: "sk->sk_err = ETIMEDOUT;\n\t\t\t\tsk_error_report(sk);",
      count: 2,
    },
  ],
};

/** Kernels from 6.1: random numbers, the type of the IP identification, and the second table of bound ports. */
const newerKernelEdits: ModuleEdits = {
  "dcpim.c": [{ pattern: "prandom_u32()", replacement: "get_random_u32()" }],
  "dcpim_sock.c": [
    {
      pattern: "inet->inet_id = prandom_u32();",
      replacement: "inet->inet_id = (typeof(inet->inet_id)){ get_random_u32() };",
    },
    {
      pattern:
        "if (!inet->inet_saddr)\n\t\tinet->inet_saddr = fl4->saddr;\n\tsk_rcv_saddr_set(sk, inet->inet_saddr);",
      replacement:
        "err = 0;\n\tif (inet->inet_saddr)\n\t\tsk_rcv_saddr_set(sk, inet->inet_saddr);\n\telse\n\t\terr = inet_bhash2_update_saddr(sk, &fl4->saddr, AF_INET);\n\tif (err) {\n\t\tip_rt_put(rt);\n\t\treturn err;\n\t}",
    },
    {
      pattern: "newicsk->icsk_bind_hash = NULL;",
      replacement: "newicsk->icsk_bind_hash = NULL;\n\t\tnewicsk->icsk_bind2_hash = NULL;",
    },
  ],
  "dcpim_hashtables.c": [
    {
      pattern: "hashinfo->bhash_size = 1U << hashinfo->bhash_size;",
      replacement:
        'hashinfo->bhash_size = 1U << hashinfo->bhash_size;\n\thashinfo->bind2_bucket_cachep =\n\t\tkmem_cache_create("dcpim_bind2_bucket", sizeof(struct inet_bind2_bucket), 0,\n\t\t\t\t  SLAB_HWCACHE_ALIGN | SLAB_PANIC, NULL);\n\thashinfo->bhash2 =\n\t\tallocate_hash_table("DCPIM bind by address", sizeof(struct inet_bind_hashbucket),\n\t\t\t\t    hashinfo->bhash_size, 17, 0, NULL, NULL, 0, 64 * 1024);\n\thashinfo->pernet = false;',
    },
    {
      pattern: "INIT_HLIST_HEAD(&hashinfo->bhash[i].chain);",
      replacement:
        "INIT_HLIST_HEAD(&hashinfo->bhash[i].chain);\n\t\tspin_lock_init(&hashinfo->bhash2[i].lock);\n\t\tINIT_HLIST_HEAD(&hashinfo->bhash2[i].chain);",
    },
    {
      pattern: "vfree(hashinfo->bhash);",
      replacement:
        "vfree(hashinfo->bhash);\n\tvfree(hashinfo->bhash2);\n\tkmem_cache_destroy(hashinfo->bind2_bucket_cachep);",
    },
  ],
};

/** A kernel without the patch hands protocol 0xFE to the module; the patched one disguises it as TCP. */
const unpatchedKernelEdits: ModuleEdits = {
  "dcpim_outgoing.c": [
    {
      pattern: "iph->protocol = IPPROTO_TCP;",
      replacement: "iph->protocol = 0xFE;",
      count: 2,
    },
  ],
};

/** All edits of several lists, those of one file one after the other. */
function joined(...lists: readonly ModuleEdits[]): ModuleEdits {
  const files = new Set(lists.flatMap((one) => Object.keys(one)));
  return Object.fromEntries(
    [...files].map((file) => [file, lists.flatMap((one) => one[file] ?? [])]),
  );
}

/**
 * What a kernel needs of the module's sources. On the one they were written for, 6.0.3 with the patch, that is knobs,
 * control packets, what came out of order and closed sockets alone: packets are TCP's with a mark, which the kernel's patch
 * takes off where they arrive.
 */
export const moduleEdits = ({ patched, since61 }: ModuleKernel): ModuleEdits =>
  joined(
    ...[knobEdits, controlPacketEdits, outOfOrderEdits, stretchEdits, closedSocketEdits],
    ...(since61 ? [newerKernelEdits] : []),
    ...(patched ? [] : [unpatchedKernelEdits]),
  );
