import type { ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, vi } from "vitest";

/** Directories of each test's own for all that this user's programs keep, and controllers that end with it. */
export function ownHome(): { readonly path: () => string; readonly children: ChildProcess[] } {
  let home: string;
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "hoststack-test-"));
    for (const name of ["TMPDIR", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "XDG_STATE_HOME"]) {
      await mkdir(join(home, name));
      vi.stubEnv(name, join(home, name));
    }
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await rm(home, { recursive: true, force: true });
  });
  return { path: () => home, children };
}
