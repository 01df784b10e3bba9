/** Text that is HTML or SVG already; only `html` and `verbatim` make it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text is escaped, markup goes in as it is, nothing leaves nothing. */
export type Part = Markup | readonly Markup[] | string | number | undefined;

const references: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Control characters and halves of pairs, which no HTML text may hold, and those that change the direction of the text around. */
const unprintable = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu;

const shownControl = (one: string): string => (one === "\n" || one === "\t" ? one : "\ufffd");

/** Text as it may stand in an element or in a quoted attribute. */
export function escaped(text: string): string {
  return text
    .replaceAll(unprintable, shownControl)
    .replaceAll(/[&<>"']/g, (one) => references[one] ?? one);
}

function shown(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "object") return part.map((one) => one.text).join("");
  return escaped(String(part));
}

/** Makes markup of a template; everything put in that is not markup is escaped. Quote every attribute. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(
    strings.map((string, index) => (index === 0 ? "" : shown(parts[index - 1])) + string).join(""),
  );
}

/** Markup from a constant of this program, such as a style sheet; never from data. */
export function verbatim(constant: string): Markup {
  return new Markup(constant);
}
