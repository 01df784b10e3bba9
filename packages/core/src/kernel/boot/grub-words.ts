/** A command of a GRUB script, cut into words. */
export interface GrubCommand {
  /** Without their quotes; variables stay as they are written. */
  readonly words: readonly string[];
  /** Whether `{` ended it: what follows is its block. */
  readonly opens: boolean;
  /** Offset in the text behind what ended it. */
  readonly end: number;
}

/** A `}` that ends a block. */
export interface GrubBlockEnd {
  readonly closes: true;
  /** Offset of the brace. */
  readonly start: number;
}

/** A word that is being read, and where its text goes on. */
interface Reading {
  word: string | undefined;
  at: number;
}

const space = /[ \t\r]/;

/** The text of a quoted part that begins at the quote; a single quote ends at the next one, whatever stands before it. */
function readQuoted(text: string, { word = "", at }: Reading): Reading {
  const quote = text[at];
  let read = word;
  let next = at + 1;
  while (next < text.length && text[next] !== quote) {
    if (quote === '"' && text[next] === "\\") next++;
    read += text[next] ?? "";
    next++;
  }
  return { word: read, at: next + 1 };
}

/** `${name}` whole: its braces end no block. */
function readVariable(text: string, { word = "", at }: Reading): Reading {
  const end = text.startsWith("${", at) ? text.indexOf("}", at) : at;
  const next = end === -1 ? text.length : end + 1;
  return { word: word + text.slice(at, next), at: next };
}

function readOne(text: string, reading: Reading): Reading {
  const { word = "", at } = reading;
  const character = text[at] ?? "";
  if (character === "'" || character === '"') return readQuoted(text, reading);
  if (character === "$") return readVariable(text, reading);
  if (character === "\\") {
    // a line end behind it joins two lines
    const joined = text[at + 1] === "\n" ? "" : (text[at + 1] ?? "");
    return { word: word + joined, at: at + 2 };
  }
  return { word: word + character, at: at + 1 };
}

const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
};

/** A character that ends a word, where it does not begin one. */
type Separator = "block" | "blockEnd" | "comment" | "end" | "space";

/** What a character means where no word is being read (`begins`) or behind one. */
function separatorAt(character: string, begins: boolean): Separator | undefined {
  if (space.test(character)) return "space";
  if (character === "\n" || character === ";") return "end";
  if (!begins) return undefined;
  if (character === "#") return "comment";
  if (character === "{") return "block";
  return character === "}" ? "blockEnd" : undefined;
}

/** Cuts a GRUB script (the language of grub.cfg, GRUB manual, "Shell-like scripting") into commands. */
export function* grubCommands(text: string): Generator<GrubCommand | GrubBlockEnd> {
  let words: string[] = [];
  let reading: Reading = { word: undefined, at: 0 };
  const endCommand = function* (end: number, opens: boolean) {
    if (words.length > 0) yield { words, opens, end };
    words = [];
  };
  while (reading.at < text.length) {
    const { at } = reading;
    const separator = separatorAt(text[at] ?? "", reading.word === undefined);
    if (separator === undefined) {
      reading = readOne(text, reading);
      continue;
    }
    if (reading.word !== undefined) words.push(reading.word);
    reading = { word: undefined, at: separator === "comment" ? lineEnd(text, at) : at + 1 };
    if (separator === "end" || separator === "block")
      yield* endCommand(at + 1, separator === "block");
    if (separator !== "blockEnd") continue;
    yield* endCommand(at, false);
    yield { closes: true, start: at };
  }
  if (reading.word !== undefined) words.push(reading.word);
  yield* endCommand(text.length, false);
}
