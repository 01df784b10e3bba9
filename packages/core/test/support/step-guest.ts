import type { GuestRecipe } from "../../src/testbed/vm/recipe.js";

/** What guests of tests of steps are made of: one image and one snapshot for all of these. */
export const stepGuest: Omit<GuestRecipe, "bringUp"> = {
  packages: ["kmod", "irqbalance"],
  modules: ["crc32_generic", "dummy", "rdma_rxe", "sch_fq", "sch_netem", "tcp_bbr"],
  kernel: "linux-image-amd64",
  memoryMib: 512,
  cpus: 2,
  linkMtuBytes: 1500,
  capabilities: [],
};

/** Guests have nothing of /etc: a service script such as a distribution's, around the real program. */
const service = `#!/bin/sh
case $1 in
  start) irqbalance --pid=/run/balance.pid;;
  stop)
    read -r pid </run/balance.pid && kill "$pid"
    while [ -e "/proc/$pid" ]; do sleep 0.1; done;;
esac
`;
const addService = `mkdir -p /etc/init.d && printf %s "$1" >/etc/init.d/irqbalance &&
chmod 755 /etc/init.d/irqbalance && /etc/init.d/irqbalance start`;

/** A kernel of one's own: cards with interrupts and rings, dummies with all offloads, irqbalance. */
export const tuningGuest: GuestRecipe = {
  ...stepGuest,
  bringUp: [
    { argv: ["depmod"] },
    { argv: ["ip", "link", "add", "plain0", "type", "dummy"] },
    { argv: ["sh", "-c", addService, "sh", service] },
  ],
};
