import { parseXml, XmlElement, XmlText } from "@rgrove/parse-xml";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Reason } from "../result/verdict.js";
import { constructedRun } from "./constructed-run.js";
import type { ReportedRun } from "./measurements.js";
import { renderReport, reportMark } from "./report.js";

const suspect: Reason = { state: "suspect", rule: "tcp.retransmits", text: "too many sent again" };
const invalid: Reason = { state: "invalid", rule: "flow.empty", text: "nothing arrived" };

const run = constructedRun({
  slow: {
    title: "slow stream",
    options: { messageBytes: 64, protocol: "tcp" },
    trials: [{ value: 1e9 }, { value: 3e9 }, { value: 9e9, reasons: [suspect] }],
  },
  fast: {
    title: "fast stream",
    options: { messageBytes: 1472, protocol: "tcp" },
    trials: [{ value: 8e9 }, { value: 8e9, reasons: [invalid] }],
  },
});

/** The page as a tree: it is written so that a strict parser reads it, but for elements without an end. */
function treeOf(page: string): XmlElement {
  const closed = page
    .replace("<!doctype html>\n", "")
    .replaceAll(/<(meta|br)\b([^>]*)>/g, "<$1$2/>");
  const { root } = parseXml(closed);
  if (root === null) throw new Error("the page is empty");
  return root;
}

const all = (element: XmlElement, name: string): XmlElement[] =>
  element.children.flatMap((child) =>
    child instanceof XmlElement
      ? [...(child.name === name ? [child] : []), ...all(child, name)]
      : [],
  );

const textOf = (element: XmlElement): string =>
  element.children
    .map((child) =>
      child instanceof XmlElement ? textOf(child) : child instanceof XmlText ? child.text : "",
    )
    .join("");

const section = (page: XmlElement, id: string): XmlElement => {
  const found = all(page, "section").find((one) => one.attributes["id"] === id);
  if (found === undefined) throw new Error(`there is no section ${id}`);
  return found;
};

const rowsOf = (element: XmlElement): string[][] =>
  all(element, "tr").map((row) =>
    row.children.flatMap((cell) => (cell instanceof XmlElement ? [textOf(cell)] : [])),
  );

const page = renderReport([run]);
const tree = treeOf(page);

test("verdicts and figures come first; only valid trials are in a figure", () => {
  expect(textOf(all(tree, "header")[0] ?? tree)).toContain(
    "2 measurements, 5 trials: 3 valid, 1 suspect, 1 invalid.",
  );
  const [head, slow, fast] = rowsOf(section(tree, "summary"));
  expect(head?.slice(0, 3)).toEqual(["measurement", "verdict", "mean"]);
  // mean 2, sd sqrt 2, n 2: 2 -+ 12.706
  expect(slow?.slice(1, 5)).toEqual([
    "suspect",
    "2.00\u00a0Gbit/s",
    "-11 to 15\u00a0Gbit/s",
    "2 of 3",
  ]);
  expect(fast?.slice(1, 5)).toEqual(["invalid", "8.00\u00a0Gbit/s", "–", "1 of 2"]);
  const order = all(tree, "section").map((one) => one.attributes["id"]);
  expect(order.slice(0, 3)).toEqual(["summary", "reasons", "figures"]);
});

test("every finding is told with its rule", () => {
  expect(rowsOf(section(tree, "reasons")).slice(1)).toEqual([
    ["slow stream", "3", "suspect", "tcp.retransmits", "too many sent again"],
    ["fast stream", "2", "invalid", "flow.empty", "nothing arrived"],
  ]);
  const fine = treeOf(renderReport([constructedRun({ v: { trials: [{ value: 1 }] } })]));
  expect(textOf(section(fine, "reasons"))).toContain("Every trial is valid");
});

test("options that differ are told apart from those that do not", () => {
  const text = textOf(section(tree, "differences"));
  expect(rowsOf(section(tree, "differences"))).toEqual([
    ["measurement", "messageBytes"],
    ["slow stream", "64"],
    ["fast stream", "1472"],
  ]);
  expect(text).toContain("The same in all: protocol tcp.");
});

test("what of the provenance is missing says why", () => {
  const provenance = section(tree, "provenance");
  const missing = all(provenance, "span").filter((one) => one.attributes["class"] === "missing");
  expect(missing.map(textOf)).toEqual(["unavailable: no answer"]);
  const killed = constructedRun({ v: { trials: [] } }, { state: "running" });
  const { endedAt: _, ...open } = killed.record;
  const text = textOf(treeOf(renderReport([{ name: "killed", record: open }])));
  expect(text).toContain("not in the record: the run had not ended, or was killed");
  expect(text).toContain("No trial was run.");
  expect(text).toContain("0 of 0 trials are in the record");
});

test("commands are shell text that gives the same words again", () => {
  const commands = all(section(tree, "commands"), "code").map(textOf);
  expect(commands).toContain("tool --to 10.0.0.2 'a b'");
  expect(commands.filter((one) => one.startsWith("tool"))).toHaveLength(5);
});

test("every drawing has a name, a title and a description, and every table a caption and headings", () => {
  const drawings = all(tree, "svg");
  expect(drawings.length).toBeGreaterThanOrEqual(5);
  for (const drawing of drawings) {
    expect(drawing.attributes["role"]).toBe("img");
    expect(drawing.attributes["aria-label"]).not.toBe("");
    const [title, desc] = drawing.children.filter((child) => child instanceof XmlElement);
    expect([title?.name, desc?.name]).toEqual(["title", "desc"]);
    if (desc !== undefined) expect(textOf(desc)).not.toBe("");
  }
  for (const table of all(tree, "table")) {
    expect(all(table, "caption")).toHaveLength(1);
    for (const head of all(table, "th")) expect(head.attributes["scope"]).toMatch(/^(col|row)$/);
  }
});

test("axes name what they show, in which unit, and what is better", () => {
  const names = all(tree, "text")
    .filter((one) => one.attributes["class"] === "axis")
    .map(textOf);
  expect(names).toContain("goodput in Gbit/s, higher is better");
  expect(names).toContain("share of the measuring window (1 is all of it)");
});

test("no drawing leaves its frame and no coordinate is anything but a number", () => {
  for (const drawing of all(tree, "svg")) {
    const [, , width = 0, height = 0] = String(drawing.attributes["viewBox"])
      .split(" ")
      .map(Number);
    for (const mark of [
      ...all(drawing, "text"),
      ...all(drawing, "circle"),
      ...all(drawing, "rect"),
    ]) {
      const [x, y] = ["x", "y"].map((name) =>
        Number(mark.attributes[name] ?? mark.attributes[`c${name}`]),
      );
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(width);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(height);
    }
  }
  expect(page).not.toMatch(/NaN|Infinity|undefined|\[object/);
});

test("nothing is loaded and nothing runs", () => {
  const names = new Set(["script", "link", "img", "iframe", "object", "embed", "base", "form"]);
  for (const name of names) expect(all(tree, name)).toEqual([]);
  expect(page).not.toMatch(/https?:|url\(|@import|srcset|\son[a-z]+=/i);
  const policies = all(tree, "meta").map((one) => one.attributes["content"] ?? "");
  expect(policies.filter((one) => one.startsWith("default-src 'none'"))).toHaveLength(1);
  for (const link of all(tree, "a")) expect(link.attributes["href"]).toMatch(/^#[a-z0-9-]+$/);
});

test("the same records give the same bytes, and begin with the mark of a report", () => {
  expect(renderReport([run])).toBe(page);
  expect(page.startsWith(reportMark)).toBe(true);
});

/** A run in which every text is the same one, as far as the schema lets it be. */
function poisoned(text: string): ReportedRun {
  const { record } = run;
  const replaced: unknown = JSON.parse(JSON.stringify(record), (key, value: unknown) => {
    const kept = ["state", "unit", "better", "evidence", "variant", "id", "metric", "headline"];
    return typeof value === "string" && !kept.includes(key) ? text : value;
  });
  const evil = replaced as ReportedRun["record"];
  const named = { ...evil, id: text, machines: [{ machine: text, facts: { [text]: text } }] };
  const variants = evil.variants.map((one) => ({ ...one, options: { [text]: text } }));
  return { name: text, record: { ...named, variants } };
}

test.each([
  `"><script>alert(1)</script>`,
  `' onmouseover='alert(1)`,
  "</title></desc></svg><img src=x onerror=alert(1)>",
  "</style><script>alert(1)</script>",
  "<!-- --><![CDATA[ ]]>&lt;",
  "javascript:alert(1)",
])("a record full of %s stays text", (text) => {
  const evil = treeOf(renderReport([poisoned(text)]));
  const names = (element: XmlElement): string[] =>
    element.children.flatMap((child) =>
      child instanceof XmlElement
        ? [child.name, ...Object.keys(child.attributes), ...names(child)]
        : [],
    );
  // the same elements and attributes as with harmless text, and the text itself as it is
  expect(names(evil)).toEqual(names(treeOf(renderReport([poisoned("harmless")]))));
  expect(textOf(section(evil, "provenance"))).toContain(text);
});

test("any text in a record leaves the page well-formed", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      treeOf(renderReport([poisoned(text)]));
    }),
    { numRuns: 30 },
  );
});

test("figures of any size leave the page well-formed and its drawings in their frames", () => {
  const value = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), (values) => {
      const trials = values.map((one) => ({ value: one }));
      const drawn = renderReport([constructedRun({ v: { trials } })]);
      treeOf(drawn);
      expect(drawn).not.toMatch(/="[^"]*(NaN|Infinity)[^"]*"/);
    }),
    { numRuns: 60 },
  );
});
