/**
 * Packages that others only depend on for installing and removing: with no package manager in guests
 * nothing there uses them.
 */
const installTime =
  /^(adduser|debconf|debianutils|dpkg|gcc-\d+-base|init-system-helpers|libaudit.*|libpam.*|libsemanage.*|libsepol\d*|libperl.*|lib\S*-perl|passwd|perl|perl-base|perl-modules.*|sensible-utils|sysvinit-utils|tar|ucf|usrmerge|usr-is-merged|xz-utils)$/;

/** Of those, what a program of a named package is linked with. */
const linked: Readonly<Record<string, RegExp>> = { "linux-perf": /^libperl5/ };

/** Whether a guest has a package of the closure: all that were named, and of the rest what runs. */
export function isInGuest(name: string, named: readonly string[]): boolean {
  const asLibrary = named.some((one) => linked[one]?.test(name));
  return asLibrary || named.includes(name) || !installTime.test(name);
}

/**
 * Of large packages of small programs, those that busybox has not or has differently; guests unpack
 * their root file system at every boot, a hundredth of a second per MiB.
 */
const thinned: Readonly<Record<string, readonly string[]>> = {
  coreutils: ["date", "dd", "env", "nproc", "numfmt", "sort", "stat", "stdbuf", "timeout"],
  "util-linux": [
    ...["chrt", "dmesg", "flock", "ionice", "ipcs", "lscpu", "nsenter", "prlimit", "setpriv"],
    ...["setsid", "taskset", "unshare"],
  ],
};

/** Whether a package's programs are left out but for some; not when the recipe names it. */
export function isThinned(name: string, named: readonly string[]): boolean {
  return name in thinned && !named.includes(name);
}

/** Whether a thinned package's file is in guests: its chosen programs, and what is no program. */
export function isKeptOfThinned(path: string): boolean {
  const program = /^usr\/s?bin\/(.+)$/.exec(path)?.[1];
  return program === undefined || Object.values(thinned).some((kept) => kept.includes(program));
}
