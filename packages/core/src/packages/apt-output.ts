/** A package file apt would download. */
export interface PackageFile {
  readonly name: string;
  /** Full version with epoch, as apt knows it. */
  readonly version: string;
  /** File name apt gives it in its archive directory. */
  readonly file: string;
  readonly sizeBytes: number;
}

/** Reads `apt-get --print-uris`: lines of `'<uri>' <name>_<version>_<arch>.deb <size> <hash>`. */
export function parsePrintedUris(text: string): PackageFile[] {
  const files: PackageFile[] = [];
  for (const line of text.split("\n")) {
    const match = /^'[^']*' ((\S+?)_(\S+)_[a-z0-9-]+\.deb) (\d+)/.exec(line);
    if (match === null) continue;
    const [, file = "", name = "", version = "", size = "0"] = match;
    // ":" of an epoch is written %3a in file names
    files.push({ name, version: decodeURIComponent(version), file, sizeBytes: Number(size) });
  }
  return files;
}

/**
 * The concrete packages a kernel metapackage stands for, from `apt-cache show` of it: its image, and
 * its modules where the distribution packs them apart.
 */
export function parseKernelPackages(shown: string): string[] {
  const depends = /^Depends: (.*)$/m.exec(shown)?.[1] ?? "";
  return depends
    .split(/[,|]/)
    .map((entry) => entry.trim().split(/[\s(]/)[0] ?? "")
    .filter((name) => /^linux-(image|modules|modules-extra)-\d/.test(name));
}

/** Apt's own words on what went wrong: its `E:` lines, else all it said. */
export function aptComplaint(stderr: string): string {
  const errors = stderr.split("\n").filter((line) => line.startsWith("E: "));
  const lines = errors.length > 0 ? errors.map((line) => line.slice(3)) : stderr.trim().split("\n");
  return lines.slice(0, 5).join("; ");
}
