import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { FieldPath, FileIssue } from "./issue.js";

/** A file as read: its value, and the lines of its fields where the format has lines. */
export interface FileSource {
  readonly value: unknown;
  /** What kept the text from being read as a whole, each with its line. */
  readonly syntax: readonly (FileIssue & { readonly line?: number })[];
  /** Line of a field, counted from 1; of the nearest field around it when it is missing. */
  lineOf(path: FieldPath): number | undefined;
}

interface Place {
  readonly offset: number | undefined;
  readonly node: unknown;
}

/** The field of a map or the entry of a list: fields start at their key. */
function child(node: unknown, step: string | number): Place | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
    const offset = isNode(pair?.key) ? pair.key.range?.[0] : undefined;
    return pair && { offset, node: pair.value };
  }
  const item: unknown = isSeq(node) && typeof step === "number" ? node.items[step] : undefined;
  return isNode(item) ? { offset: item.range?.[0], node: item } : undefined;
}

/** Where a field starts; the nearest one around it when it is missing. */
function offsetOf(root: Node | null, path: FieldPath): number | undefined {
  let place: Place = { offset: root?.range?.[0], node: root };
  for (const step of path) {
    const next = child(place.node, step);
    if (next === undefined) return place.offset;
    place = { offset: next.offset ?? place.offset, node: next.node };
  }
  return place.offset;
}

/** Reads YAML 1.2 and keeps where everything stands. */
export function readYaml(text: string): FileSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const syntax = document.errors.map((error) => ({
    path: [],
    line: lines.linePos(error.pos[0]).line,
    text: error.message,
    fix: "correct the YAML there; its fields are indented with spaces, two for each level",
  }));
  return {
    value: syntax.length > 0 ? undefined : document.toJS(),
    syntax,
    lineOf(path) {
      const offset = offsetOf(document.contents as Node | null, path);
      return offset === undefined ? undefined : lines.linePos(offset).line;
    },
  };
}
