// @ts-check

/**
 * A program that has to be there and the Debian package it comes in. Programs are looked up first,
 * so that one from another source (a QEMU built by hand) is as good as the package.
 * @typedef {{ readonly program: string, readonly package: string }} Need
 */

/** @type {readonly Need[]} */
const guestNeeds = [
  { program: "qemu-system-x86_64", package: "qemu-system-x86" },
  { program: "setpriv", package: "util-linux" },
  { program: "flock", package: "util-linux" },
];

/**
 * What the quickstart runs on this computer; everything else runs inside the guests.
 * @type {readonly Need[]}
 */
export const quickstartNeeds = guestNeeds;

/**
 * What the tests run on this computer and in namespaces of it; the servers they log in to are unpacked
 * from packages, not installed.
 * @type {readonly Need[]}
 */
export const testNeeds = [
  ...guestNeeds,
  { program: "unshare", package: "util-linux" },
  { program: "nsenter", package: "util-linux" },
  { program: "lscpu", package: "util-linux" },
  { program: "script", package: "bsdutils" },
  { program: "ip", package: "iproute2" },
  { program: "ping", package: "iputils-ping" },
  { program: "ethtool", package: "ethtool" },
  { program: "sockperf", package: "sockperf" },
  { program: "iperf3", package: "iperf3" },
  { program: "ssh", package: "openssh-client" },
  { program: "cc", package: "build-essential" },
  { program: "make", package: "build-essential" },
];

/** Free disk space asked for, in MiB, with a margin over what was measured. */
export const diskNeedsMib = { npm: 600, debian: 500, guests: 500 };
