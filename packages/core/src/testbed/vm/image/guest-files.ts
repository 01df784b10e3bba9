import type { ArchiveEntry } from "./cpio.js";
import { initScript } from "./init-script.js";
import { mergedDirectories } from "./tree-entries.js";

/** The files of every guest that come from no package. */
export function guestFiles(): ArchiveEntry[] {
  const text = (path: string, content: string, mode = 0o644): ArchiveEntry => ({
    path,
    type: "file",
    mode,
    content,
  });
  const directory = (path: string, mode = 0o755): ArchiveEntry => ({
    path,
    type: "directory",
    mode,
  });
  return [
    text("init", initScript, 0o755),
    text(
      "etc/passwd",
      "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/usr/sbin/nologin\n",
    ),
    text("etc/group", "root:x:0:\nnogroup:x:65534:\n"),
    text("etc/shells", "/bin/sh\n"),
    text("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"),
    text("etc/security/limits.conf", "* - memlock unlimited\n"),
    directory("root", 0o700),
    directory("tmp", 0o1777),
    directory("var/tmp", 0o1777),
    ...["dev", "proc", "run", "sys", "usr/lib64"].map((path) => directory(path)),
    { path: "dev/console", type: "device", mode: 0o600, numbers: [5, 1] },
    { path: "var/run", type: "link", target: "/run" },
    { path: "etc/mtab", type: "link", target: "/proc/self/mounts" },
    ...mergedDirectories
      .filter((name) => ["bin", "lib", "lib64", "sbin"].includes(name))
      .map((name): ArchiveEntry => ({ path: name, type: "link", target: `usr/${name}` })),
    // busybox' own shell would run its built-in `ip` and `ping` whatever PATH says
    { path: "usr/bin/sh", type: "link", target: "dash" },
  ];
}

/** Links to busybox for programs that no package brings. */
export function appletLinks(
  applets: readonly string[],
  present: readonly ArchiveEntry[],
): ArchiveEntry[] {
  const taken = new Set(
    present
      .filter(({ path }) => /^usr\/s?bin\//.test(path))
      .map(({ path }) => path.slice(path.lastIndexOf("/") + 1)),
  );
  return applets
    .filter((name) => /^[a-z0-9_-]+$/.test(name) && !taken.has(name))
    .map((name) => ({ path: `usr/bin/${name}`, type: "link", target: "busybox" }));
}
