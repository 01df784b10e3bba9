import { expect, test } from "vitest";
import type { Answer } from "../../plan/step.js";
import { decidePackages } from "./decide-packages.js";

const said = (stdout: string, exitCode = 0): Answer => ({ stdout, stderr: "", exitCode });

/** As apt 2.6 prints it. */
const simulated = `0
Reading package lists...
The following NEW packages will be installed:
  cowsay libtext-charwidth-perl
Inst libtext-charwidth-perl (0.04-11 Debian:12.15/oldstable [amd64])
Inst cowsay (3.03+dfsg2-8 Debian:12.15/oldstable [all])
Inst libc6:i386 (2.36-9 Debian:12.15/oldstable [i386])
Conf libtext-charwidth-perl (0.04-11 Debian:12.15/oldstable [amd64])
Conf cowsay (3.03+dfsg2-8 Debian:12.15/oldstable [all])
`;
const wanted = { packages: ["apt", "cowsay"] };
const decide = (seen: string, apt = said(simulated), broken = "") =>
  decidePackages(wanted, said(seen), [apt, said(broken)]);

test("installs exactly what apt said it would, and takes exactly that away again", () => {
  const decision = decide("apt ii 2.6.1\n");
  expect(decision).toMatchObject({
    wanted: "apt ii 2.6.1\ncowsay ii 3.03+dfsg2-8\n",
    diff: "+ libtext-charwidth-perl 0.04-11\n+ cowsay 3.03+dfsg2-8\n+ libc6:i386 2.36-9",
  });
  if (decision.state !== "needed") throw new Error("not needed");
  expect(decision.actions[0]?.argv.slice(4)).toEqual([
    "libtext-charwidth-perl=0.04-11",
    "cowsay=3.03+dfsg2-8",
    "libc6:i386=2.36-9",
  ]);
  expect(decision.undo[0]?.argv.slice(4)).toEqual([
    "libtext-charwidth-perl",
    "cowsay",
    "libc6:i386",
  ]);
});

test("a package that is held is installed as well", () => {
  expect(decide("apt hi 2.6.1\ncowsay ii 1\n")).toEqual({ state: "satisfied" });
});

const withLine = (line: string) => said(`${simulated}${line}\n`);
test.each([
  ["no dpkg\n", said(simulated), "", /has no dpkg/],
  ["apt iF 2.6.1\n", said(simulated), "", /apt is only half installed \(iF\)/],
  ["cowsay rc 3\n", said(simulated), "", /cowsay was removed but its configuration was kept/],
  [
    "apt ii 1\n",
    said(simulated),
    "libtext-charwidth-perl rc\n",
    /libtext-charwidth-perl was removed but/,
  ],
  [
    "apt ii 1\n",
    said("0\nReading...\nE: Unable to locate package cowsay\n", 100),
    "",
    /cowsay: Unable to locate/,
  ],
  [
    "apt ii 1\n",
    withLine("Inst perl [5.36.0-7] (5.36.0-8 Debian:12 [amd64])"),
    "",
    /versions of perl 5.36.0-7 -> 5.36.0-8/,
  ],
  ["apt ii 1\n", withLine("Remv fortune [1.0]"), "", /would remove fortune/],
  [
    "apt ii 1\n",
    said("0\nInst cowsay-ng (1 Debian [all])\n"),
    "",
    /cowsay is no package of its own; apt would take cowsay-ng/,
  ],
  ["apt ii 1\n", said(simulated.replace(/^0/, "1000")), "", /only root can install cowsay/],
])("refuses %j %#", (...[seen, apt, broken, reason]) => {
  expect(decide(seen, apt, broken)).toMatchObject({
    state: "impossible",
    reason: expect.stringMatching(reason),
    remedy: expect.stringMatching(/./),
  });
});

test("a source of packages may come with another step", () => {
  const after = { ...wanted, after: "file:/etc/apt/sources.list.d/x.list" };
  const none = said("0\nE: Unable to locate package cowsay\n", 100);
  expect(decidePackages(after, said(""), [none, said("")])).toMatchObject({
    state: "unknownUntil",
    otherwise: { reason: "apt cannot install apt, cowsay: Unable to locate package cowsay" },
  });
});
