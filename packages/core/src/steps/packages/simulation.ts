/** What apt would do. */
export interface Simulation {
  readonly added: readonly { readonly name: string; readonly version: string }[];
  /** Upgraded or downgraded: `name old -> new`. */
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Reads `apt-get -s install`: `Inst name [old] (new origin [arch])` and `Remv name [version]`. Packages
 * of a foreign architecture are `name:arch`.
 */
export function parseSimulation(text: string): Simulation {
  const added = [];
  const changed = [];
  const removed = [];
  for (const line of text.split("\n")) {
    const [, name, old, version] = /^Inst (\S+) (?:\[([^\]]+)\] )?\((\S+) /.exec(line) ?? [];
    if (name !== undefined && version !== undefined) {
      if (old === undefined) added.push({ name, version });
      else changed.push(`${name} ${old} -> ${version}`);
    }
    const [, gone] = /^(?:Remv|Purg) (\S+)/.exec(line) ?? [];
    if (gone !== undefined) removed.push(gone);
  }
  return { added, changed, removed };
}
