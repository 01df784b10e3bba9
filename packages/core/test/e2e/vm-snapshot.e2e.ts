import { mkdir, mkdtemp, readdir, rm, symlink, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Progress } from "../../src/testbed/testbed.js";
import { defaultCacheDirectory } from "../../src/testbed/vm/cache-directory.js";
import { guestImage } from "../../src/testbed/vm/image/guest-image.js";
import { openVmTestbed } from "../../src/testbed/vm/open-vm-testbed.js";
import { rdmaRecipe } from "./vm-recipe.js";

const recipe = { ...rdmaRecipe, bringUp: [], capabilities: [] };
let cacheDirectory: string;
let emulated = true;

/** The images of other tests, and snapshots of its own. */
beforeAll(async () => {
  const shared = defaultCacheDirectory();
  await guestImage({ recipe, cacheDirectory: shared });
  cacheDirectory = await mkdtemp(join(tmpdir(), "hoststack-cache-"));
  await symlink(join(shared, "guest"), join(cacheDirectory, "guest"));
}, 300_000);
afterAll(() => rm(cacheDirectory, { recursive: true, force: true }));

const open = (progress?: Progress) =>
  openVmTestbed({
    ...{ recipe, hosts: ["client", "server"], cacheDirectory },
    ...(progress === undefined ? {} : { progress }),
  });

const states = async () =>
  (await readdir(join(cacheDirectory, "snapshots"))).map((key) =>
    join(cacheDirectory, "snapshots", key, "state"),
  );

/** What no two guests may share, and what tells how they came to be different. */
const identity = `cat /sys/class/net/lab0/address /sys/class/net/mgmt0/address
cat /proc/sys/kernel/random/boot_id
head -c 32 /dev/urandom | od -An -v -tx1 | tr -d '\\n'; echo
dmesg | grep -c "crng reseeded due to virtual machine fork"
date +%s`;

async function guests(started: "booted" | "from snapshot") {
  const before = Date.now() / 1000;
  await using testbed = await open();
  emulated = testbed.provenance["acceleration"] === "tcg";
  if (emulated) expect(testbed.provenance["guestStart"]).toBe(started);
  const [link] = testbed.links;
  await testbed.hosts[0]?.run({ argv: ["ping", "-c", "1", link.ends[1].addresses[0]] });
  const run = testbed.hosts.map((host) => host.run({ argv: ["sh", "-c", identity] }));
  return (await Promise.all(run)).map(({ stdout }) => {
    const [data, management, boot, random, reseeded, time] = stdout.trim().split("\n");
    expect(Number(time)).toBeGreaterThan(before - 1.5);
    expect(Number(time)).toBeLessThan(Date.now() / 1000 + 0.5);
    return { data, management, boot, random, reseeded };
  });
}

test("guests share no address, boot id or random number with what they go on from", async () => {
  const all = [...(await guests("booted")), ...(await guests("from snapshot"))];
  expect(all.map(({ data }) => data?.slice(-2))).toEqual(["01", "02", "01", "02"]);
  expect(all.map(({ management }) => management?.slice(-2))).toEqual(["01", "02", "01", "02"]);
  for (const what of ["boot", "random"] as const) {
    expect(new Set(all.map((guest) => guest[what])).size).toBe(4);
  }
  if (emulated) expect(all.map(({ reseeded }) => reseeded)).toEqual(["0", "0", "1", "1"]);
});

test("a snapshot that is no good is dropped and said to be, and the guests boot", async () => {
  if (!emulated) return;
  const [state = ""] = await states();
  await truncate(state, 20_000_000);
  const said: string[] = [];
  await using testbed = await open(({ kind, text }) => {
    if (kind === "guest.reboot") said.push(text);
  });
  expect(said.join("\n")).toMatch(/does not go on from its snapshot, which is dropped/);
  expect(testbed.provenance["guestStart"]).toBe("booted");
  expect(await states()).toEqual([]);
});

test("a snapshot that cannot be kept is none, and the guests boot", async () => {
  if (!emulated) return;
  const place = join(cacheDirectory, "snapshots");
  await rm(place, { recursive: true, force: true });
  await symlink("/proc/1/nowhere", place);
  const said: string[] = [];
  await using testbed = await open(({ kind, text }) => {
    if (kind === "guest.snapshot") said.push(text);
  });
  expect(said.join("\n")).toContain("no snapshot could be taken");
  expect(testbed.provenance["guestStart"]).toBe("booted");
  await rm(place);
  await mkdir(place);
});
