import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isHoststackError } from "@hoststack/tools";
import { afterEach, beforeEach, expect, test } from "vitest";
import { constructedRun } from "./constructed-run.js";
import { renderReport } from "./report.js";
import { writeReport } from "./write-report.js";

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-test-"));
});
afterEach(() => rm(place, { recursive: true, force: true }));

const page = (value: number) => renderReport([constructedRun({ v: { trials: [{ value }] } })]);

async function refusal(writing: Promise<string>): Promise<string> {
  const error: unknown = await writing.then(
    () => undefined,
    (cause) => cause,
  );
  if (!isHoststackError(error, "OUTPUT_UNWRITABLE"))
    throw new Error(`it was not refused: ${error}`);
  return `${error.message}; ${error.remedy}`;
}

test("a report is made with its directory, and replaces an earlier one and nothing else", async () => {
  const path = join(place, "deep", "er", "report.html");
  expect(await writeReport(path, page(1))).toBe(path);
  await writeReport(path, page(2));
  expect(await readFile(path, "utf8")).toBe(page(2));
  expect(await readdir(join(place, "deep", "er"))).toEqual(["report.html"]);
});

test.each(["thesis", "<!doctype html>\n<title>my own page</title>\n".repeat(20)])(
  "a file that is no report stays as it is without force",
  async (text) => {
    const path = join(place, "mine.html");
    await writeFile(path, text);
    expect(await refusal(writeReport(path, page(1)))).toMatch(/is no report; .*--force/);
    expect(await readFile(path, "utf8")).toBe(text);
    await writeReport(path, page(1), { force: true });
    expect(await readFile(path, "utf8")).toBe(page(1));
  },
);

test("a directory or a link is not replaced, even by force", async () => {
  await mkdir(join(place, "directory"));
  await writeFile(join(place, "target"), "kept");
  await symlink(join(place, "target"), join(place, "link"));
  for (const name of ["directory", "link"]) {
    expect(await refusal(writeReport(join(place, name), page(1), { force: true }))).toContain(
      "is no regular file",
    );
  }
  expect(await readFile(join(place, "target"), "utf8")).toBe("kept");
});

test("a place below a file is refused", async () => {
  await writeFile(join(place, "file"), "");
  expect(await refusal(writeReport(join(place, "file", "x.html"), page(1)))).toContain(
    "cannot be written",
  );
});
