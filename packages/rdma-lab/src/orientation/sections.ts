import { hoststackError } from "@hoststack/core";

/** Parts of the output of the orientation script, by name. */
export type Sections = ReadonlyMap<string, string>;

/** Splits what the orientation script printed. Throws PARSE_FAILED when its end is missing. */
export async function sectionsOf(lines: AsyncIterable<string>): Promise<Sections> {
  const sections = new Map<string, string[]>();
  let current: string[] = [];
  for await (const line of lines) {
    const [, name] = /^== (\S+)$/.exec(line) ?? [];
    if (name === undefined) current.push(line);
    else {
      current = [];
      sections.set(name, current);
    }
  }
  if (!sections.has("end")) {
    throw hoststackError("PARSE_FAILED", "orientation: the text has no end; it is cut");
  }
  return new Map([...sections].map(([name, part]) => [name, part.join("\n")]));
}
