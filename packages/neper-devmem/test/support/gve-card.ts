import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Host, openHost, openTestbed, type Transport } from "@hoststack/core";

/**
 * No driver of this machine has Google's private flags. This `ethtool` keeps those of a card in a file and shows them in
 * the format of ethtool 6.1, with sixteen queues; as its driver does, it splits headers off where that has to be strict,
 * and forgets steering rules where filters go off. A flag named in the file `broken` cannot be set.
 */
const program = `#!/bin/sh
state=\${0%/*}/state
value() { sed -n "s/^$1 //p" "$state"; }
set_value() { grep -v "^$1 " "$state" >"$state.new"; printf '%s\\n' "$1 $2" >>"$state.new"; sort "$state.new" >"$state"; }
case $1 in
--show-priv-flags)
  echo "Private flags for $2:"
  sed -n 's/^\\(enable-[a-z-]*\\) \\(.*\\)/\\1: \\2/p' "$state";;
--set-priv-flags)
  if grep -qsx "$3" "\${0%/*}/broken"; then echo "netlink error: Input/output error" >&2; exit 1; fi
  set_value "$3" "$4"
  case $3=$4 in
    enable-strict-header-split=on) set_value enable-header-split on;;
    enable-header-split=off) set_value enable-strict-header-split off;;
  esac;;
-k) printf 'Features for %s:\\nntuple-filters: %s\\n' "$2" "$(value ntuple)";;
-K)
  set_value ntuple "$4"
  [ "$4" = on ] || { grep -v "^rule " "$state" >"$state.new"; mv "$state.new" "$state"; };;
-x)
  echo "RX flow hash indirection table for $2 with 16 RX ring(s):"
  equal=$(value equal) at=0
  while [ $at -lt 32 ]; do
    printf '%5d: ' $at
    for _ in 1 2 3 4 5 6 7 8; do printf ' %5d' $((at % equal)); at=$((at + 1)); done
    echo
  done;;
-X|--set-rxfh-indir) case $3 in default) set_value equal 16;; equal) set_value equal "$4";; *) exit 1;; esac;;
-u) printf '16 RX rings available\\nTotal %s rules\\n' "$(grep -c '^rule ' "$state")";;
-N) shift 2; echo "rule $*" >>"$state";;
*) exit 1;;
esac
`;

const untouched = `enable-header-split off
enable-max-rx-buffer-size off
enable-strict-header-split off
equal 8
ntuple off
`;

/** A host whose NIC is such a card. */
export interface CardHost extends AsyncDisposable {
  readonly host: Host;
  readonly nic: string;
  /** All the card keeps. */
  state(): Promise<string>;
  /** Has one of its flags fail from now on. */
  breakFlag(name: string): Promise<void>;
}

function withPath(transport: Transport, directory: string): Transport {
  const PATH = `${directory}:${process.env["PATH"]}`;
  return {
    kind: transport.kind,
    start: (command, options) =>
      transport.start({ ...command, env: { PATH, ...command.env } }, options),
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}

/** Opens one in a namespace pair of its own. */
export async function openCardHost(): Promise<CardHost> {
  const directory = await mkdtemp(join(tmpdir(), "hoststack-card-"));
  await writeFile(join(directory, "ethtool"), program, { mode: 0o755 });
  await writeFile(join(directory, "state"), untouched);
  const testbed = await openTestbed({ kind: "netns", hosts: ["client", "server"] });
  const [first] = testbed.hosts;
  const end = testbed.links[0].ends.find((one) => one.host === first?.name);
  if (first === undefined || end === undefined) throw new Error("a testbed has hosts");
  const transport = withPath(first.transport, directory);
  const host = openHost({ name: first.name, machine: first.machine, transport });
  return {
    ...{ host, nic: end.nic },
    state: () => readFile(join(directory, "state"), "utf8"),
    breakFlag: (name) => writeFile(join(directory, "broken"), `${name}\n`),
    [Symbol.asyncDispose]: async () => {
      await testbed[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
