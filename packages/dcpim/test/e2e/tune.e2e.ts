import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  type NamespaceServers,
  openNamespaceServers,
} from "../../../core/test/support/namespace-servers.js";
import { main } from "../../src/main.js";

/** A host cannot do it. */
const preflight = 3;

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
    const [out, err] = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, "write"));
    const code = await main(["tune", ...argv, "--testbed", path]);
    const said = (spy: typeof out) =>
      spy?.mock.calls.map(([words]) => String(words)).join("") ?? "";
    return { code, out: said(out), err: said(err) };
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
