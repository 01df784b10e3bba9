// @ts-check
import { expect, test } from "vitest";
import { usesOf } from "./error-page.mjs";

const file = (/** @type {string} */ path, /** @type {string} */ text) => ({
  path: `/x/packages/${path}`,
  text,
});

test("a code is raised where it is made, not where it is compared with", () => {
  const files = [
    file("core/src/plan/lease.ts", 'throw hoststackError("A_CODE", "text")'),
    file("core/src/plan/other.ts", 'if (isHoststackError(error, "A_CODE")) return'),
    file("core/src/cli/other.ts", 'if (error.code === "A_CODE") return'),
    file("core/src/host/ssh/become.ts", 'const failures = [{ code: "A_CODE" }]'),
  ];
  expect(usesOf(["A_CODE"], files)[0]?.places).toEqual(["core/host", "core/plan"]);
});

test("a code counts as tested only when a test names it as a whole", () => {
  const named = file("core/src/plan/lease.test.ts", '.toMatchObject({ code: "A_CODE" })');
  const printed = file("core/test/e2e/cli.e2e.ts", 'expect(said).toContain("[A_CODE]")');
  const longer = file("core/src/plan/lease.test.ts", '"A_CODE_B"');
  const source = file("core/src/plan/lease.ts", '"A_CODE"');
  expect(usesOf(["A_CODE"], [named])[0]?.tested).toBe(true);
  expect(usesOf(["A_CODE"], [printed])[0]?.tested).toBe(true);
  expect(usesOf(["A_CODE"], [longer, source])[0]?.tested).toBe(false);
});
