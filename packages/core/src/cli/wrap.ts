/** Breaks text between words into lines of at most some columns; a longer word stays whole. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** Text behind a lead, e.g. a bullet; its further lines are indented by as much as the first. */
export function hang(lead: string, text: string, columns: number): string[] {
  const indent = " ".repeat(lead.length);
  return wrap(text, columns - lead.length).map(
    (line, index) => `${index === 0 ? lead : indent}${line}`,
  );
}

/** Text cut to some columns, with an ellipsis where something is missing. */
export function cut(text: string, columns: number): string {
  if (text.length <= columns) return text;
  return columns < 1 ? "" : `${text.slice(0, columns - 1)}…`;
}
