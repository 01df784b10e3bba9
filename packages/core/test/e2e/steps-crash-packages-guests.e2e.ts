import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import type { Host } from "../../src/host/host.js";
import { crashContract } from "../support/crash-contract.js";
import { crashCase } from "../support/crash-guest.js";
import { startInstalledDebian } from "../support/debian-guest.js";
import { type InstalledDebian, installDebian } from "../support/installed-debian.js";
import { packageArchive } from "../support/package-archive.js";
import type { RebootingGuest } from "../support/rebooting-guest.js";

/** A package with a library of its own, and one of that. */
const packages = ["jq", "libjq1", "libonig5"];
const archive = "/srv/archive";

/** The computer reaches no network: its only source of packages is a directory. */
const supply = `
rm -rf /etc/apt/sources.list.d /var/lib/apt/lists
echo 'deb [trusted=yes] file:${archive} ./' >/etc/apt/sources.list && apt-get update -q
`;

/** What apt and dpkg know of the packages, and the files of the directories they fill. */
const show = `
dpkg --get-selections; dpkg-query -W; apt-mark showauto; dpkg --audit
find /etc /usr /opt | sort | sha256sum
`;

const networkFiles = {
  "etc/systemd/network/20-management.network": "[Match]\nName=en*\n[Network]\nDHCP=ipv4\n",
};

/** Emulated: a package takes it half a minute. */
const minuteMs = 60_000;

/**
 * Guests of testbeds have no apt: this one is a Debian that apt and dpkg themselves have installed, and boots as such.
 */
describe.skipIf(process.getuid?.() !== 0)("an installed Debian", async () => {
  let directory: string;
  let image: InstalledDebian;
  let guest: RebootingGuest | undefined;
  let host: Host | undefined;
  const output = async (script: string) => {
    const command = { argv: ["sh", "-c", script] } as const;
    return (await host?.run(command, { deadlineMs: 5 * minuteMs }))?.stdout ?? "";
  };
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "hoststack-debian-"));
    image = await installDebian(directory, { packages: [], files: networkFiles });
    guest = await startInstalledDebian(image, directory);
    host = await guest.up();
    const own = join(directory, "archive");
    await packageArchive(own, packages);
    await output(`mkdir -p ${archive}`);
    for (const name of await readdir(own)) {
      await host.writeFile(`${archive}/${name}`, await readFile(join(own, name)));
    }
    await output(supply);
  }, 30 * minuteMs);
  afterAll(async () => {
    await host?.[Symbol.asyncDispose]();
    await guest?.[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  await crashContract([{ step: "packages", options: { packages: ["jq"] } }], 0, async () =>
    crashCase({
      host,
      login: guest && { ...image.login, port: guest.port },
      surroundings: () => output(show),
    }),
  );
});
