// @ts-check

/**
 * @typedef {{ version?: string, dev?: boolean, optional?: boolean, os?: string[], cpu?: string[],
 *   libc?: string[], optionalDependencies?: Record<string, string> }} LockEntry
 * @typedef {{ packages: Record<string, LockEntry> }} Lockfile
 */

const platformName =
  /(android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32|windows)-(arm64|arm|ia32|loong64|ppc64|riscv64|s390x|x64|64)(?:-(\w+))?$/;

/**
 * A lockfile with entries for the platform packages npm left out of it. npm does so when the registry
 * at hand does not serve them, and then refuses to install from the lockfile it wrote.
 * @param {Lockfile} lockfile
 * @returns {{ lockfile: Lockfile, added: string[] }}
 */
export function completed(lockfile) {
  const packages = { ...lockfile.packages };
  /** @type {string[]} */
  const added = [];
  for (const [key, entry] of Object.entries(lockfile.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const place = `node_modules/${name}`;
      if (packages[`${key}/${place}`] !== undefined || packages[place] !== undefined) continue;
      const platform = platformOf(name);
      if (platform === undefined) continue;
      packages[place] = {
        version,
        ...(entry.dev ? { dev: true } : {}),
        optional: true,
        ...platform,
      };
      added.push(name);
    }
  }
  const sorted = Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, "en"));
  return { lockfile: { ...lockfile, packages: Object.fromEntries(sorted) }, added };
}

/**
 * @param {string} name such as @scope/tool-linux-arm64-musl
 * @returns {Pick<LockEntry, "os" | "cpu" | "libc"> | undefined}
 */
function platformOf(name) {
  const [, system = "", machine = "", abi = ""] = platformName.exec(name) ?? [];
  if (system === "") return undefined;
  const libc = abi.startsWith("musl") ? "musl" : "glibc";
  return {
    cpu: [machine === "64" ? "x64" : machine],
    os: [system === "windows" ? "win32" : system],
    ...(system === "linux" && abi !== "" ? { libc: [libc] } : {}),
  };
}
