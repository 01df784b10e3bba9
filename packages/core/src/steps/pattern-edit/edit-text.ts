/** One literal text to replace by another. */
export interface PatternEdit {
  readonly pattern: string;
  readonly replacement: string;
  readonly count: number;
}

/** The text with all edits, which is the same text when they are made already; or why there is none. */
export type EditedText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "refused"; readonly reason: string };

/** Makes edits one after the other, if each finds what it says. */
export function editText(text: string, edits: readonly PatternEdit[]): EditedText {
  if (edits.every((edit) => isMade(text, edit))) return { kind: "text", text };
  let edited = text;
  for (const edit of edits) {
    const { found, made } = occurrences(edited, edit);
    if (found !== edit.count || made !== 0) return refused(describe(edit, found, made));
    edited = edited.replaceAll(edit.pattern, () => edit.replacement);
  }
  const unclear = edits.find((edit) => !isMade(edited, edit));
  if (unclear === undefined) return { kind: "text", text: edited };
  return refused(
    `after all edits ${shown(unclear.pattern)} is not replaced as it should be: they interfere`,
  );
}

function isMade(text: string, edit: PatternEdit): boolean {
  const { found, made } = occurrences(text, edit);
  return found === 0 && made === edit.count;
}

/** Where one text is part of the other, the shorter one is counted only outside the longer one. */
function occurrences(text: string, { pattern, replacement }: PatternEdit) {
  const without = (whole: string, part: string) =>
    whole.includes(part) ? text.replaceAll(whole, "\0") : text;
  return {
    found: without(replacement, pattern).split(pattern).length - 1,
    made: without(pattern, replacement).split(replacement).length - 1,
  };
}

function describe(
  { pattern, replacement, count }: PatternEdit,
  found: number,
  made: number,
): string {
  const wanted = `${shown(pattern)} is there ${found} times, not ${count}`;
  return made === 0
    ? wanted
    : `${wanted}; its replacement ${shown(replacement)} is there ${made} times`;
}

function refused(reason: string): EditedText {
  return { kind: "refused", reason };
}

function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
}
