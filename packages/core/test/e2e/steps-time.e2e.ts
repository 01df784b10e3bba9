import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../src/host/host.js";
import { openLocalTransport } from "../../src/host/local.js";
import { iommuAdvice, readIommuState } from "../../src/steps/device/iommu.js";
import { timeSyncStoppedStep } from "../../src/steps/time/time-sync.js";
import { decideOn, stepContract } from "../../src/testing/step-contract.js";
import { packageTree } from "../support/ssh-server.js";
import { openForgetfulMachine, openMachine } from "../support/step-hosts.js";

/** A service script such as a distribution's, around the real program, which leaves this machine's clock alone. */
const service = `#!/bin/sh
case $1 in
  start) chronyd -x -u root -f /etc/chrony.conf;;
  stop)
    read -r pid </run/chronyd.pid && kill "$pid"
    while [ -e "/proc/$pid" ]; do sleep 0.1; done;;
esac
`;
/** The unpacked program with its libraries, and a server that is not there. */
const addService = `
mkdir -p /etc/init.d /usr/local/sbin && printf %s "$1" >/etc/init.d/chrony && chmod 755 /etc/init.d/chrony || exit 1
libraries=$2/usr/lib/x86_64-linux-gnu:$2/lib/x86_64-linux-gnu
printf '%s\\n' '#!/bin/sh' "LD_LIBRARY_PATH='$libraries' exec '$2/usr/sbin/chronyd' \\"\\$@\\"" >/usr/local/sbin/chronyd
chmod 755 /usr/local/sbin/chronyd
printf '%s\\n' 'pidfile /run/chronyd.pid' 'port 0' 'cmdport 0' 'bindcmdaddress /' 'server 127.0.0.1' >/etc/chrony.conf
/etc/init.d/chrony start
`;

// Overlays need root.
describe.skipIf(process.getuid?.() !== 0)("chrony on a machine that forgets", () => {
  let machine: Host;
  beforeAll(async () => {
    const tree = await packageTree("chrony");
    machine = await openForgetfulMachine();
    await machine.run({ argv: ["sh", "-c", addService, "sh", service, tree] });
  });
  afterAll(() => machine?.[Symbol.asyncDispose]());

  stepContract("stopped time synchronization", async () => ({
    host: machine,
    step: timeSyncStoppedStep(),
    words: [],
    savedDirectory: "/nowhere",
    surroundings: async () =>
      (await machine.run({ argv: ["sh", "-c", "cat /proc/[0-9]*/comm | grep -c chronyd || :"] }))
        .stdout,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }));

  test("one that is no service is left alone", async () => {
    await machine.run({ argv: ["mv", "/etc/init.d/chrony", "/etc/init.d/away"] });
    const one = { host: machine, step: timeSyncStoppedStep(), savedDirectory: "/nowhere" };
    expect((await decideOn(one)).decision).toMatchObject({
      state: "impossible",
      reason: "chronyd runs, but not as a service that could be started again",
    });
  });
});

test("the IOMMU of this machine is told as the kernel shows it", async () => {
  await using host = openMachine(openLocalTransport());
  const state = await readIommuState(host);
  const { stdout } = await host.run({ argv: ["sh", "-c", "ls /sys/kernel/iommu_groups | wc -l"] });
  expect(state.groups).toBe(Number(stdout));
  expect(iommuAdvice(state) === undefined).toBe(state.groups > 0);
});
