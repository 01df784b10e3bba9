/**
 * A program that asks the running kernel what it has of device memory TCP, without a device: operations of the generic
 * netlink family `netdev`, the socket option that gives buffers back under its mainline and its old number, and what
 * binding answers for each NIC among its arguments. The queue it names does not exist and the file is no dma-buf, so
 * nothing can ever be bound. Numbers are those of the kernel's netlink specification (netdev.yaml).
 */
export const netlinkProbe = `
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <net/if.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

static struct { struct nlmsghdr n; struct genlmsghdr g; char rest[512]; } ask;
static char answer[32768];

static struct nlattr *put(unsigned short type, const void *value, unsigned short size) {
  struct nlattr *a = (struct nlattr *)((char *)&ask + NLMSG_ALIGN(ask.n.nlmsg_len));
  a->nla_type = type;
  a->nla_len = NLA_HDRLEN + size;
  if (size) memcpy((char *)a + NLA_HDRLEN, value, size);
  ask.n.nlmsg_len = NLMSG_ALIGN(ask.n.nlmsg_len) + NLA_ALIGN(a->nla_len);
  return a;
}
static void begin(int family, int command) {
  memset(&ask, 0, sizeof ask);
  ask.n.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
  ask.n.nlmsg_type = family;
  ask.n.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  ask.g.cmd = command;
  ask.g.version = 1;
}
static struct nlmsghdr *exchange(int s) {
  struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
  if (sendto(s, &ask, ask.n.nlmsg_len, 0, (void *)&kernel, sizeof kernel) < 0) return 0;
  return recv(s, answer, sizeof answer, 0) < 0 ? 0 : (struct nlmsghdr *)answer;
}
#define EACH(a, first, left) \\
  for (a = (struct nlattr *)(first); left >= NLA_HDRLEN && a->nla_len >= NLA_HDRLEN && a->nla_len <= left; \\
       left -= NLA_ALIGN(a->nla_len), a = (struct nlattr *)((char *)a + NLA_ALIGN(a->nla_len)))
#define TYPE(a) (a->nla_type & NLA_TYPE_MASK)

static int family(int s) {
  struct nlattr *a, *op, *field;
  int id = 0;
  begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
  put(CTRL_ATTR_FAMILY_NAME, "netdev", 7);
  struct nlmsghdr *n = exchange(s);
  if (!n || n->nlmsg_type == NLMSG_ERROR) return 0;
  int left = n->nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN);
  EACH(a, (char *)n + NLMSG_LENGTH(GENL_HDRLEN), left) {
    if (TYPE(a) == CTRL_ATTR_FAMILY_ID) id = *(unsigned short *)((char *)a + NLA_HDRLEN);
    if (TYPE(a) != CTRL_ATTR_OPS) continue;
    int ops = a->nla_len - NLA_HDRLEN;
    EACH(op, (char *)a + NLA_HDRLEN, ops) {
      int fields = op->nla_len - NLA_HDRLEN;
      EACH(field, (char *)op + NLA_HDRLEN, fields)
        if (TYPE(field) == CTRL_ATTR_OP_ID) printf("op %u\\n", *(unsigned *)((char *)field + NLA_HDRLEN));
    }
  }
  recv(s, answer, sizeof answer, 0);
  return id;
}
static void bind_to(int s, int id, const char *name, const char *word, int command) {
  unsigned index = if_nametoindex(name), fd = memfd_create("probe", 0), queue = 0xfffffffe, receive = 0;
  struct nlattr *a;
  begin(id, command);
  put(1, &index, 4);
  if (command == 13) {
    struct nlattr *nest = put(2 | NLA_F_NESTED, 0, 0);
    put(1, &queue, 4);
    put(3, &receive, 4);
    nest->nla_len = (char *)&ask + ask.n.nlmsg_len - (char *)nest;
  }
  put(3, &fd, 4);
  struct nlmsghdr *n = exchange(s);
  close(fd);
  int error = n && n->nlmsg_type == NLMSG_ERROR ? -((struct nlmsgerr *)NLMSG_DATA(n))->error : n ? 0 : errno;
  printf("%s %s %d", word, name, error);
  if (n && n->nlmsg_type == NLMSG_ERROR && n->nlmsg_flags & NLM_F_ACK_TLVS) {
    int head = NLMSG_LENGTH(sizeof(struct nlmsgerr)), left = n->nlmsg_len - head;
    EACH(a, (char *)n + head, left)
      if (TYPE(a) == NLMSGERR_ATTR_MSG) printf(" %s", (char *)a + NLA_HDRLEN);
  }
  puts("");
}
static void give_back(int option) {
  unsigned token[2] = { 1, 1 };
  int s = socket(AF_INET, SOCK_STREAM, 0);
  printf("sockopt %d %d\\n", option, setsockopt(s, SOL_SOCKET, option, token, sizeof token) ? errno : 0);
  close(s);
}
int main(int count, char **names) {
  int s = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC), one = 1;
  setsockopt(s, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof one);
  setsockopt(s, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof one);
  puts("probe asked");
  give_back(80);
  give_back(97);
  int id = family(s);
  for (int i = 1; id && i < count; i++) {
    bind_to(s, id, names[i], "bind-rx", 13);
    bind_to(s, id, names[i], "bind-tx", 15);
  }
  return 0;
}
`;
