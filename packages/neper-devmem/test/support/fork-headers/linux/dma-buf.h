/*
 * Numbers and structures of Google's kernel interface beside what this machine's own headers have, so that tcpd compiles
 * without that kernel's tree. Facts of an interface; nothing runs with them on another kernel.
 */
#pragma once
#include_next <linux/dma-buf.h>
#include <linux/types.h>
#define SO_DEVMEM_DONTNEED 97
#define SCM_DEVMEM_HEADER 98
#define SCM_DEVMEM_OFFSET 99
#ifndef MSG_SOCK_DEVMEM
#define MSG_SOCK_DEVMEM 0x2000000
#endif
struct dma_buf_create_pages_info {
  __u64 pci_bdf[3];
  __s32 dma_buf_fd;
  __s32 create_page_pool;
};
struct dma_buf_pages_bind_rx_queue {
  char ifname[16];
  __u32 rxq_idx;
};
#define DMA_BUF_CREATE_PAGES _IOW(DMA_BUF_BASE, 2, struct dma_buf_create_pages_info)
#define DMA_BUF_PAGES_BIND_RX _IOW(DMA_BUF_BASE, 3, struct dma_buf_pages_bind_rx_queue)
struct devmemvec {
  __u32 frag_offset, frag_size, frag_token;
};
struct devmemtoken {
  __u32 token_start, token_count;
};
