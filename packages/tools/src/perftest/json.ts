/** perftest's `--out_json` report as text by key, since only the text shows the rounding. */
export interface PerftestJson {
  readonly info: Readonly<Record<string, string>>;
  readonly results: Readonly<Record<string, string>>;
}

function section(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key.trim(), String(v)]));
}

function readStrict(text: string): PerftestJson | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("results" in value)) return undefined;
    return {
      info: section("test_info" in value ? value.test_info : {}),
      results: section(value.results),
    };
  } catch {
    return undefined;
  }
}

/**
 * Reads the report of any version. Until 24.01 it is no JSON: bare words, commas before braces,
 * keys with blanks; one key per line in all versions (`write_test_info_to_file` and following,
 * perftest_parameters.c). A report that is cut, so that its braces do not close, is undefined.
 */
export function readPerftestJson(lines: readonly string[]): PerftestJson | undefined {
  const sections: Record<string, Record<string, string>> = { test_info: {}, results: {} };
  let current: Record<string, string> = {};
  let depth = 0;
  for (const line of lines) {
    const opening = /^\s*"?(\w*)"?\s*:?\s*\{\s*$/.exec(line);
    const pair = /^\s*"?([^":{}]+?)"?\s*:\s*"?(.*?)"?\s*,?\s*$/.exec(line);
    if (opening !== null) {
      depth += 1;
      current = sections[opening[1] ?? ""] ?? {};
    } else if (/^\s*\}\s*,?\s*$/.test(line)) depth -= 1;
    else if (pair !== null) current[pair[1] ?? ""] = pair[2] ?? "";
    else if (line.trim() !== "") return readStrict(lines.join("\n"));
  }
  if (depth !== 0) return undefined;
  const { test_info: info = {}, results = {} } = sections;
  return Object.keys(results).length === 0 ? readStrict(lines.join("\n")) : { info, results };
}
