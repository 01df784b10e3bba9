import { expect, test } from "vitest";
import { moduleBuild } from "./build.js";
import { moduleEdits } from "./edits.js";
import { emulatedGuestKnobs, knobDefines, publishedKnobs } from "./knobs.js";
import { distributionKernel, kernelOfName, type ModuleKernel } from "./module-kernel.js";

const patched = kernelOfName("patched");
const unpatched = kernelOfName("unpatched");

const replacements = (kernel: ModuleKernel) =>
  Object.values(moduleEdits(kernel))
    .flat()
    .map(({ replacement }) => replacement)
    .join("\n");

test.each([
  ["the distribution's", distributionKernel],
  ["the patched", patched],
  ["6.0.3 as published", unpatched],
])(
  "every macro the edits for %s kernel write is defined by the knobs, and no other",
  (_, kernel) => {
    const used = new Set(replacements(kernel).match(/\bDCPIM_[A-Z_]+\b/g));
    // upstream's own
    for (const name of ["DCPIM_CLOSE", "DCPIM_NUM_SACKS"]) used.delete(name);
    expect([...used].sort()).toEqual(Object.keys(knobDefines(publishedKnobs)).sort());
  },
);

test("on the patched kernel packages stay TCP's with a mark, and nothing of 6.1 is written in", () => {
  expect(replacements(patched)).not.toMatch(/iph->protocol|bind2|get_random_u32/);
  expect(replacements(patched)).toContain("iph->tos = 4;");
});

test("6.0.3 as published needs the protocol's number alone, 6.1 the rest as well", () => {
  expect(replacements(unpatched)).toContain("iph->protocol = 0xFE;");
  expect(replacements(unpatched)).not.toMatch(/bind2|get_random_u32/);
  for (const text of ["iph->protocol = 0xFE;", "bind2", "get_random_u32"]) {
    expect(replacements(distributionKernel)).toContain(text);
  }
});

test("modules for other kernels are other builds", () => {
  const kernels = [undefined, distributionKernel, patched, unpatched];
  const edits = kernels.map((kernel) => JSON.stringify(moduleBuild(emulatedGuestKnobs, kernel)));
  expect(edits[0]).toBe(edits[1]);
  expect(new Set(edits).size).toBe(3);
});

test.each([distributionKernel, patched, unpatched])(
  "on every kernel a segment out of order is counted before it is freed, wherever upstream does it after",
  (kernel) => {
    const edits = (moduleEdits(kernel)["dcpim_incoming.c"] ?? []).filter(({ pattern }) =>
      String(pattern).includes("skb1"),
    );
    const order = (text: string) => text.indexOf("skb1->len") - text.indexOf("dcpim_rmem_free_skb");
    expect(edits).toHaveLength(2);
    for (const { pattern, replacement } of edits) {
      expect(order(String(pattern))).toBeGreaterThan(0);
      expect(order(replacement)).toBeLessThan(0);
    }
  },
);

test("a closed socket is told on every kernel, by poll() and to who waits for a handshake", () => {
  for (const kernel of [distributionKernel, patched, unpatched]) {
    expect(replacements(kernel)).toContain("smp_load_acquire(&sk->sk_state) == DCPIM_CLOSE)");
    const outgoing = moduleEdits(kernel)["dcpim_outgoing.c"] ?? [];
    const woken = outgoing.filter(({ replacement }) => replacement.includes("sk_error_report(sk)"));
    expect(woken.map(({ count }) => count)).toEqual([2]);
  }
});

test("on every kernel one stretch less is kept than there is room for, since one more is told", () => {
  for (const kernel of [distributionKernel, patched, unpatched]) {
    const edits = moduleEdits(kernel)["dcpim_incoming.c"] ?? [];
    const full = edits.filter(({ pattern }) => String(pattern).includes("DCPIM_NUM_SACKS"));
    expect(full.map(({ replacement }) => replacement)).toEqual([
      "if (this_sack >= DCPIM_NUM_SACKS - 1) {",
    ]);
  }
});
