import { beforeAll, describe, expect, test, vi } from "vitest";
import { main } from "../../src/main.js";
import { mirror, noMirror } from "../support/mirror.js";

const copy = mirror();
/** Something is missing on a host. */
const preflight = 3;

describe.skipIf(copy === undefined)(
  copy === undefined ? noMirror : "upstream's profiles in two guests",
  () => {
    beforeAll(async () => {
      expect(await main(["build", "--testbed", "vm", "--mirror", copy ?? ""])).toBe(0);
    }, 600_000);

    test.each([
      ["long", "tso"],
      ["short", "steering"],
    ])(
      "%s is refused before a trial, with everything that guests' cards have not",
      async (profile, lacking) => {
        const said = vi.spyOn(process.stderr, "write");
        const code = await main(["run", "long-flows", "--profile", profile, "--testbed", "vm"]);
        const text = said.mock.calls.map(([words]) => String(words)).join("");
        expect(code).toBe(preflight);
        expect(text).toContain("long-flows needs link:lab0:coalescing on client: ");
        expect(text).toMatch(/needs link:lab0:flow-steering:0 on server: .* no steering rules/);
        expect(text).toContain(lacking);
      },
      600_000,
    );
  },
);
