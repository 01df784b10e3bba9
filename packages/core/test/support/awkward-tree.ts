import { chmod, mkdir, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Names and kinds that tools stumble over; below 100 names, so that a test may take it often. */
export async function makeAwkwardTree(root: string): Promise<void> {
  const put = (path: string | Buffer, text: string | Uint8Array, mode = 0o644) =>
    writeFile(typeof path === "string" ? join(root, path) : path, text, { mode });
  const long = join("d".repeat(120), "e".repeat(120));
  await mkdir(root);
  for (const directory of ["empty", "-dash", "a b", long, "new\nline", "closed"]) {
    await mkdir(join(root, directory), { recursive: true });
  }
  await put("plain", "plain\n");
  await put("empty file", "");
  await put("-n", "leading dash");
  await put("-dash/--help", "x");
  await put('quote\'s "double" $HOME `x` \\back\\n', "quotes");
  await put("new\nline/two\nlines\n", "newlines");
  await put("carriage\rreturn", "cr");
  await put("höst-日本", "UTF-8");
  await put(Buffer.concat([Buffer.from(`${root}/latin1-`), Buffer.from([0xff, 0xe9])]), "bytes");
  await put(join(long, "f".repeat(200)), "a long path");
  await put("run.sh", "#!/bin/sh\n", 0o755);
  await put("private", "secret", 0o600);
  await put("block", Buffer.alloc(512, 7));
  await put("large", Buffer.alloc(300_001, "large "));
  await put("closed/inside", "in a directory without w");
  await symlink("plain", join(root, "link"));
  await symlink("no\nwhere", join(root, "dangling"));
  await symlink("../plain", join(root, "a b", "up"));
  await symlink("x".repeat(150), join(root, "long link"));
  await symlink(".", join(root, "loop"));
  await chmod(join(root, "run.sh"), 0o751);
  await chmod(join(root, "closed"), 0o555);
  await utimes(join(root, "plain"), 1_000_000_000, 1_000_000_000);
}
