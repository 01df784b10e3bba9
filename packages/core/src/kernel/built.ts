/**
 * A kernel as it lies on a host, ready to be installed, copied to others or booted by guests: one directory that holds
 * `boot/vmlinuz-RELEASE`, `boot/config-RELEASE`, `boot/System.map-RELEASE` and `lib/modules/RELEASE/`; where modules can be
 * built against it also `build/` (the tree to name in `make -C`).
 */
export interface BuiltKernel {
  /** What `uname -r` says once it runs; ends in a tag of the hash of everything it was built from. */
  readonly release: string;
  /** Absolute path on the host it was built on or copied to. */
  readonly directory: string;
  /** sha256 of `boot/config-RELEASE`, lower-case hex: the running kernel's own answer is compared with it. */
  readonly configSha256: string;
}
