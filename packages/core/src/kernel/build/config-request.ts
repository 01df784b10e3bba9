import type { KernelSymbolValue } from "../recipe.js";

/** A symbol's value as a configuration file writes it; `n` for one that is not set. */
function writtenValue(value: KernelSymbolValue): string {
  if (typeof value === "number") return String(value);
  if (/^(y|m|n|0x[0-9a-fA-F]+)$/.test(value)) return value;
  return `"${value}"`;
}

/** The lines of a configuration file that set symbols. */
export function configLines(symbols: Readonly<Record<string, KernelSymbolValue>>): string {
  return Object.entries(symbols)
    .map(([symbol, value]) => {
      const written = writtenValue(value);
      return written === "n" ? `# CONFIG_${symbol} is not set\n` : `CONFIG_${symbol}=${written}\n`;
    })
    .join("");
}

/** A symbol that is not as it was requested. */
export interface UnmetSymbol {
  readonly symbol: string;
  readonly wanted: string;
  /** `n` also when the configuration does not know the symbol. */
  readonly got: string;
}

/** Values by symbol of a configuration file, as written there. */
export function parseConfig(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, symbol, value] = /^CONFIG_(\w+)=(.*)$/.exec(line) ?? [];
    if (symbol !== undefined && value !== undefined) values.set(symbol, value);
  }
  return values;
}

/** Which of the requested symbols a configuration has otherwise. */
export function unmetSymbols(
  config: ReadonlyMap<string, string>,
  requested: Readonly<Record<string, KernelSymbolValue>>,
): UnmetSymbol[] {
  return Object.entries(requested).flatMap(([symbol, value]) => {
    const [wanted, got] = [writtenValue(value), config.get(symbol) ?? "n"];
    // an empty text is the same as none
    const same = wanted.toLowerCase() === got.toLowerCase() || (wanted === '""' && got === "n");
    return same ? [] : [{ symbol, wanted, got }];
  });
}
