/**
 * Prints under `symbol NAME` what the Kconfig files of the line $1 say about each other argument: that they know it, what
 * it depends on, and what the blocks around it do (`if`, `menu`, `choice`), also those around the lines that take in
 * its file.
 */
export const symbolScript = `
cd -- "$1/tree" || exit 1
shift
kconfig() { find . -name 'Kconfig*' -type f -exec grep -l "$@" {} +; }
# what file $1 says of the $2, config or source, that is called $3
said() {
  awk -v kind="$2" -v name="$3" '
    function around(at) { for (at = 1; at <= depth; at++) if (needs[at] != "") print "depends on " needs[at] }
    # blocks begin at the margin, help texts do not
    /^if[ \\t(]/ { inside = open = 0; needs[++depth] = substr($0, 4); next }
    /^(menu|choice)([ \\t]|$)/ { inside = 0; needs[++depth] = ""; open = 1; next }
    /^(endif|endmenu|endchoice)/ { inside = open = 0; if (depth > 0) depth--; next }
    $1 == "config" || $1 == "menuconfig" {
      open = 0; inside = kind == "config" && $2 == name
      if (inside) { print "known"; around() }
      next
    }
    $1 == "source" { inside = open = 0; if (kind == "source" && $2 == "\\"" name "\\"") around(); next }
    $1 == "comment" { inside = open = 0; next }
    $1 == "help" { inside = 0; next }
    $1 == "depends" && inside { sub(/^[ \\t]*/, ""); print }
    $1 == "depends" && open { sub(/^[ \\t]*depends on /, ""); needs[depth] = $0 }
  ' "$1"
}
around() {
  kconfig -F "source \\"$1\\"" | while IFS= read -r parent; do
    said "$parent" source "$1"
    around "\${parent#./}"
  done
}
for symbol; do
  echo "symbol $symbol"
  kconfig -E "^[[:space:]]*(menu)?config[[:space:]]+$symbol[[:space:]]*\\$" | while IFS= read -r file; do
    said "$file" config "$symbol"
    around "\${file#./}"
  done
done
`;

/** Reads what {@link symbolScript} prints: lines by the symbol they are about. */
export function parseSymbols(stdout: string): ReadonlyMap<string, readonly string[]> {
  const parts = stdout.split(/^symbol /m).slice(1);
  return new Map(
    parts.map((part) => {
      const [symbol = "", ...lines] = part.trim().split("\n");
      return [symbol, lines] as const;
    }),
  );
}

/** Why a symbol was not taken over, as far as its sources tell, with what of it a configuration has not. */
export function aboutSymbol(lines: readonly string[], config: ReadonlyMap<string, string>): string {
  if (lines.length === 0) return "these sources have no such symbol";
  const depends = [...new Set(lines.filter((line) => line !== "known"))];
  if (depends.length === 0) {
    return "another symbol selects it, what is around it is off, or it cannot have this value";
  }
  const needed = depends.flatMap((line) => line.match(/(?<![!\w"])[A-Z][A-Z0-9_]+/g) ?? []);
  const off = [...new Set(needed)].filter((symbol) => !config.has(symbol));
  return [...depends, ...(off.length === 0 ? [] : [`off now: ${off.join(", ")}`])].join("; ");
}
