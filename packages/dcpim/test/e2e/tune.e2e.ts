import { type Channel, runCli } from "@hoststack/core/cli";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  type NamespaceServers,
  openNamespaceServers,
} from "../../../core/test/support/namespace-servers.js";
import { dcpim } from "../../src/index.js";

/** A host cannot do it. */
const preflight = 3;

/** A channel that keeps what is written to it. */
function recorded(): Channel & { text(): string } {
  let text = "";
  const raw = (more: string) => {
    text += more;
  };
  const line = (more: string) => raw(`${more}\n`);
  const columns = Number.POSITIVE_INFINITY;
  return { raw, line, live: false, columns, style: (_, words) => words, text: () => text };
}

describe.skipIf(process.getuid?.() !== 0)("upstream's profiles on cards of namespaces", () => {
  let servers: NamespaceServers;
  let path: string;
  beforeAll(async () => {
    servers = await openNamespaceServers({ forgetful: true });
    path = await servers.putTestbed();
  });
  afterAll(() => servers?.[Symbol.asyncDispose]());

  const call = async (...argv: string[]) => {
    vi.stubEnv("XDG_STATE_HOME", servers.directory);
    const [out, err] = [recorded(), recorded()];
    const code = await runCli(dcpim, ["tune", ...argv, "--testbed", path], { out, err });
    return { code, out: out.text(), err: err.text() };
  };
  const state = () =>
    servers.inside("server", "sh", "-c", "ip -o link show lab0; ethtool -k lab0 | grep segm");

  test.each(["long", "short", "cloudlab"])(
    "%s is refused with all that these have not, before anything is changed",
    async (profile) => {
      const before = await state();
      const { code, out, err } = await call("apply", profile, "--yes");
      expect(code).toBe(preflight);
      for (const host of ["client", "server"]) {
        const [, own = ""] = out.split(new RegExp(`^${host}$`, "m"));
        expect(own).toMatch(/! set the interrupt coalescing of lab0 .*adaptive-rx off/);
        expect(own).toMatch(/! have lab0 steer flows by \d+ rules .*has no steering rules/);
        expect(own).toMatch(/! have the queues of lab0 interrupt the CPUs .*: no interrupts/);
      }
      expect(err).toMatch(/cannot be done on client/);
      expect(await state()).toBe(before);
    },
  );

  test("are shown for these hosts: packets of short messages by role", async () => {
    const { code, out } = await call("show", "short");
    expect(code).toBe(0);
    expect(out).toContain("  - { step: mtu, nic: link:data, mtuBytes: 9000 }\n");
    expect(out).toMatch(/hosts: \[ server \]\n {4}nic: link:data\n {4}rules:\n/);
  });
});
