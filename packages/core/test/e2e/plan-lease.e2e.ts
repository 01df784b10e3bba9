import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Host } from "../../src/host/host.js";
import { acquireLease, type Lease } from "../../src/plan/lease.js";
import { planPlace } from "../support/plan-place.js";

const bootId = () => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();

/** Eight controllers ask at once; the leases of those who got one. */
async function race(hosts: readonly Host[]): Promise<Lease[]> {
  const results = await Promise.allSettled(
    hosts.map((host, index) => acquireLease([host], { purpose: `take part as ${index}` })),
  );
  for (const one of results) {
    if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "LEASE_HELD" });
  }
  return results.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}

async function raceAgain(place: { state: string; open: () => Host }, before: () => Promise<void>) {
  const hosts = Array.from({ length: 8 }, () => place.open());
  const winners: number[] = [];
  for (let round = 0; round < 10; round++) {
    await before();
    const leases = await race(hosts);
    winners.push(leases.length);
    for (const lease of leases) await lease[Symbol.asyncDispose]();
    expect(existsSync(join(place.state, "lease"))).toBe(false);
  }
  for (const host of hosts) await host[Symbol.asyncDispose]();
  return winners;
}

test("one of eight controllers that ask at once gets a free machine", async () => {
  await using place = await planPlace();
  expect(await raceAgain(place, async () => {})).toEqual(Array(10).fill(1));
});

test.each(["expired", "of another boot"])(
  "one of eight controllers takes over a lease that is %s",
  async (kind) => {
    await using place = await planPlace();
    const expired = kind === "expired";
    const lines = [
      "dead",
      expired ? bootId() : "another",
      expired ? 1 : 99999999999,
      "held",
      "long ago",
      "nobody",
      "die",
    ];
    const leave = async () => {
      await mkdir(place.state, { recursive: true });
      await writeFile(join(place.state, "lease"), `${lines.join("\n")}\n`);
    };
    expect(await raceAgain(place, leave)).toEqual(Array(10).fill(1));
  },
);

test("the second controller is told who holds the machine, or waits", async () => {
  await using place = await planPlace();
  await using first = place.open();
  await using second = place.open();
  const lease = await acquireLease([first], { purpose: "measure\nthings", leaseMs: 20_000 });
  const refused = await acquireLease([second], { purpose: "too" }).catch((error) => error);
  expect(refused).toMatchObject({ code: "LEASE_HELD" });
  expect(refused.message).toMatch(
    /^here is held by \S+@\S+, process \d+ for "measure things" since \d{4}-\S+Z; without another heart-beat it ends in (19|20)\.\d s$/,
  );
  const waiting = acquireLease([second], { purpose: "too", waitMs: 10_000 });
  await sleep(200);
  await lease[Symbol.asyncDispose]();
  const got = await waiting;
  await expect(acquireLease([first], { purpose: "again" })).rejects.toMatchObject({
    code: "LEASE_HELD",
  });
  const stopped = acquireLease([first], {
    purpose: "again",
    waitMs: 60_000,
    signal: AbortSignal.timeout(300),
  });
  await expect(stopped).rejects.toMatchObject({ code: "INTERRUPTED" });
  await got[Symbol.asyncDispose]();
});

test("a heart-beat keeps a lease; without it the machine can be taken", async () => {
  await using place = await planPlace();
  await using first = place.open();
  await using second = place.open();
  await using lease = await acquireLease([first], { purpose: "stay", leaseMs: 800 });
  await sleep(1600);
  await expect(acquireLease([second], { purpose: "try" })).rejects.toMatchObject({
    code: "LEASE_HELD",
  });
  expect(lease.lost.aborted).toBe(false);
  await first[Symbol.asyncDispose]();
  await using later = await acquireLease([second], { purpose: "try", waitMs: 10_000 });
  expect(later.lost.aborted).toBe(false);
  await lostOf(lease);
  expect(lease.lost.reason).toMatchObject({ code: "LEASE_LOST" });
});

test("a holder learns that its lease was taken from it", async () => {
  await using place = await planPlace();
  await using host = place.open();
  await using lease = await acquireLease([host], { purpose: "stay", leaseMs: 800 });
  await rm(join(place.state, "lease"));
  await lostOf(lease);
  expect(lease.lost.reason).toMatchObject({
    code: "LEASE_LOST",
    message: expect.stringContaining("given it to another one"),
  });
});

test("two hosts of one machine share its lease", async () => {
  await using place = await planPlace();
  await using first = place.open("first");
  await using second = place.open("second");
  const lease = await acquireLease([first, second], { purpose: "both" });
  await using other = place.open();
  await expect(acquireLease([other], { purpose: "try" })).rejects.toMatchObject({
    code: "LEASE_HELD",
  });
  await lease[Symbol.asyncDispose]();
  await using after = await acquireLease([other], { purpose: "try" });
  expect(after.hosts).toHaveLength(1);
});

async function lostOf({ lost }: Lease): Promise<void> {
  if (lost.aborted) return;
  await new Promise((resolve) => lost.addEventListener("abort", resolve, { once: true }));
}
