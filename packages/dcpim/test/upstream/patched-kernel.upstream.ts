import { describe, expect, test, vi } from "vitest";
import { kernelBuildEnvironment } from "../../../core/test/support/kernel-tools.js";
import { main } from "../../src/main.js";
import { expectQuickstart, keepResults, runInGuests } from "../support/guest-runs.js";
import { linuxSources, mirror, noLinux, noMirror } from "../support/mirror.js";

const copy = mirror();
const linux = linuxSources();
keepResults();

const why = copy === undefined ? noMirror : noLinux;
const isSkipped = copy === undefined || linux === undefined;

/** Of upstream's patch at the commit everything here is from. */
const patchSha256 = "94a3c70c138d15013c4772e4410ad6e353b513761f35cf38c2a199cfa7572ddc";

describe.skipIf(isSkipped)(isSkipped ? why : "upstream on its patched kernel in two guests", () => {
  test("the kernel is built from Linux 6.0.3 and upstream's patch, whose hunks all fit as they are", async () => {
    for (const [name, value] of Object.entries(await kernelBuildEnvironment())) {
      vi.stubEnv(name, value);
    }
    const sources = ["--source", linux ?? "", "--mirror", copy ?? ""];
    expect(await main(["kernel", "build", "patched", ...sources])).toBe(0);
  }, 7_200_000);

  test("the module is built for that kernel", async () => {
    const words = ["--testbed", "vm", "--kernel", "patched", "--mirror", copy ?? ""];
    expect(await main(["build", ...words])).toBe(0);
  }, 600_000);

  test("flows, iperf3, an incast and messages go over dcPIM and TCP, and the module goes without a complaint", async () => {
    const { record } = await runInGuests("pair", "quickstart", "--kernel", "patched");
    expectQuickstart(record);
    const { testbed, machines, campaign } = record;
    expect(campaign?.testbed).toEqual({ kind: "vm", kernel: "patched" });
    const { guestKernel = "", ...provenance } = testbed.provenance;
    expect(guestKernel).toMatch(/^6\.0\.3-hs/);
    expect(machines.map(({ facts }) => facts["kernel"])).toEqual([
      ...machines.map(() => expect.stringContaining(guestKernel)),
    ]);
    expect(provenance["guestKernelChanges"]).toBe(`patch diff.patch (sha256 ${patchSha256})`);
    const modules = Object.entries(provenance).filter(([name]) => name.startsWith("module."));
    expect(modules.map(([, text]) => text)).toEqual([
      expect.stringMatching(new RegExp(`for ${guestKernel}, srcversion [0-9A-F]+, build id `)),
    ]);
  }, 1_200_000);
});
