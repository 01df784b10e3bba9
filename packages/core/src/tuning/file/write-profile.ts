import { Document, isMap, isSeq, type Node, visit } from "yaml";
import type { TuningProfile } from "../profile.js";

const holdsMaps = (node: Node): boolean => isSeq(node) && node.items.some((item) => isMap(item));

/** A step takes a line, and where it has a list of rules one for each of those. */
function setInLines(document: Document): void {
  visit(document, {
    Collection(_, node, path) {
      if (path.length < 4) return undefined;
      const inner = isMap(node) ? node.items.map(({ value }) => value as Node) : [];
      if (holdsMaps(node) || inner.some(holdsMaps)) return undefined;
      node.flow = true;
      return visit.SKIP;
    },
  });
}

/** A profile as a file says it, under the name that file will have. */
export function profileText({ cores, steps }: TuningProfile): string {
  const document = new Document({
    version: 1,
    ...(Object.keys(cores).length === 0 ? {} : { cores }),
    steps: steps.map(({ step, hosts, options }) => ({
      step,
      ...(hosts === undefined ? {} : { hosts }),
      ...options,
    })),
  });
  setInLines(document);
  return document.toString({ lineWidth: 120 });
}
