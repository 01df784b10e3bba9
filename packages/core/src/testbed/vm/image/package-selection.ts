/**
 * Packages that others only depend on for installing and removing: with no package manager in guests
 * nothing there uses them.
 */
const installTime =
  /^(adduser|debconf|debianutils|dpkg|gcc-\d+-base|init-system-helpers|libaudit.*|libpam.*|libsemanage.*|libsepol\d*|libperl.*|lib\S*-perl|passwd|perl|perl-base|perl-modules.*|sensible-utils|sysvinit-utils|tar|ucf|usrmerge|usr-is-merged|xz-utils)$/;

/** Whether a guest has a package of the closure: all that were named, and of the rest what runs. */
export function isInGuest(name: string, named: readonly string[]): boolean {
  return named.includes(name) || !installTime.test(name);
}
