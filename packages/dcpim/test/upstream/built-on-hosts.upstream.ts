import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTestbed, putTree, type RunRecord } from "@hoststack/core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  type DebianServers,
  installServers,
  startDebianServers,
} from "../../../core/test/support/debian-servers.js";
import { main } from "../../src/main.js";
import { metricOf, spoiledBy } from "../support/guest-runs.js";
import { mirror, noMirror } from "../support/mirror.js";
import { runReadmeProgram } from "../support/readme-program.js";

const copy = mirror();
const root = process.getuid?.() === 0;
/** Where hosts, which reach no network, have a copy of the sources. */
const mirrorThere = "/srv/dcpim.git";
/** What a user would have there anyway. */
const packages = ["binutils", "ethtool", "g++", "gcc", "git", "linux-headers-amd64", "make"];
/** A busy machine makes a trial suspect (5), which is no matter here. */
const measured = [0, 5];

/** What a host is and has, but for what it writes of itself and the directory that restore keeps. */
const remains = `
export LC_ALL=C
ip -d -o link show dev enp0s8; ethtool -k enp0s8; dpkg-query -W
[ ! -e /sys/module/dcpim_module ] || echo dcpim_module
find / -xdev \\( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /var/log -o -path /var/cache \\
  -o -path /var/backups -o -path /var/lib/systemd -o -path /var/lib/hoststack \\) -prune -o ! -type d -print | sort
find /var/lib/hoststack -path '*/builds/*' 2>/dev/null | sort
`;

let place: string;
let servers: DebianServers;
beforeAll(async () => {
  if (copy === undefined || !root) return;
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  vi.stubEnv("XDG_STATE_HOME", join(place, "state"));
  servers = await startDebianServers(await installServers(place, packages), place);
  await using testbed = await openTestbed({ kind: "file", path: servers.testbed });
  await Promise.all(
    testbed.hosts.map((host) => putTree(host, { localPath: copy, path: mirrorThere })),
  );
}, 1_800_000);
afterAll(async () => {
  await servers?.[Symbol.asyncDispose]();
  if (place !== undefined) await rm(place, { recursive: true, force: true });
});

describe.skipIf(copy === undefined || !root)(
  copy === undefined ? noMirror : "upstream on two installed Debians that build it themselves",
  () => {
    test("against the headers of their own kernel, run over dcPIM and TCP, and restored", async () => {
      vi.stubEnv("XDG_STATE_HOME", join(place, "state"));
      const before = await Promise.all([
        servers.output("client", remains),
        servers.output("server", remains),
      ]);
      const where = ["--testbed", servers.testbed];
      const setup = ["long-flows", "--mirror", mirrorThere, ...where];
      expect(await main(["doctor", "long-flows", ...where])).toBe(0);
      const run = ["run", "long-flows", "--sweep", "protocol=dcpim,tcp", "--repeat", "1"];
      const refused = [...run, ...where, "--out", join(place, "refused")];
      await expect(main(refused)).resolves.toBe(3);

      expect(await main(["setup", ...setup, "--yes"])).toBe(0);
      expect(await main(["plan", ...setup, "--detailed-exitcode"])).toBe(0);
      const out = join(place, "run");
      const code = await main([...run, "--duration-s", "10", ...where, "--out", out]);
      const { trials } = JSON.parse(await readFile(join(out, "run.json"), "utf8")) as RunRecord;
      expect(measured, JSON.stringify(trials.map(({ verdict }) => verdict))).toContain(code);
      expect(trials).toHaveLength(2);
      for (const trial of trials) {
        expect(spoiledBy(trial), trial.variant).toEqual([]);
        expect(metricOf(trial, "goodput"), trial.variant).toBeGreaterThan(1e6);
      }

      const said = await runReadmeProgram({
        words: 'path: "lab.yaml"',
        changes: {
          '"lab.yaml"': JSON.stringify(servers.testbed),
          "mirrors: []": `mirrors: [${JSON.stringify(mirrorThere)}]`,
          "durationS: 30": "durationS: 10",
          "repetitions: 5": "repetitions: 1",
        },
        directory: place,
        args: ["--yes"],
      });
      expect(said).toContain("nothing to do");
      // a busy machine makes it suspect, and such a trial is in no summary
      expect(said).toMatch(/^dcpim 1 (valid|suspect)/m);
      expect(said).toMatch(/^tcp 1 (valid|suspect)/m);

      expect(await main(["restore", ...where, "--yes"])).toBe(0);
      expect(await servers.output("client", remains)).toBe(before[0]);
      expect(await servers.output("server", remains)).toBe(before[1]);
    }, 3_600_000);
  },
);
