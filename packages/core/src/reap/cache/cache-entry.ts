/** Something in the cache that is made again when it is needed and not there. */
export interface CacheEntry {
  readonly kind: "guest image" | "guest snapshot" | "package file" | "unpacked packages";
  /** A file for `package file`, else a directory. */
  readonly path: string;
  /** Space it takes on the disk. */
  readonly bytes: number;
  /** When a file of it was last made or read, as far as the file system notes reading: up to a day late. */
  readonly lastUsed: Date;
  /** Who uses it; absent for what nobody does. */
  readonly inUse?: string;
}
