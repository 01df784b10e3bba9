/**
 * Prints what `ethtool -x` tells, in lines `rings N`, `table QUEUE...`, `key BYTES`, `function NAME`: those that the
 * NIC has, of those asked for. `unsupported` with ethtool's words where it has none of it.
 */
export const rssScript = `
command -v ethtool >/dev/null || { echo "there is no ethtool" >&2; exit 127; }
command -v ip >/dev/null || { echo "there is no ip (iproute2)" >&2; exit 127; }
ip -o link show dev "$1" >/dev/null 2>&1 || { echo "no such NIC"; exit 0; }
text=$(LC_ALL=C ethtool -x "$1" 2>&1) || { printf 'unsupported %s\\n' "$text"; exit 0; }
shift
printf '%s\\n' "$text" | awk -v asked=" $* " '
function tell(name, value) { if (value != "" && index(asked, " " name " ")) print name value }
/^RX flow hash indirection table/ { for (i = 1; i < NF; i++) if ($i == "with") rings = $(i + 1); part = "table"; next }
/^RSS hash key/ { part = "key"; next }
/^RSS hash function/ { part = "function"; next }
/Operation not supported/ { next }
part == "table" && /^ *[0-9]+:/ { sub(/^ *[0-9]+:/, ""); for (i = 1; i <= NF; i++) table = table " " $i; next }
part == "key" && /^[0-9a-f:]+$/ { key = " " $0; next }
part == "function" && / on$/ { sub(/:$/, "", $1); chosen = " " $1; next }
END { tell("rings", " " rings); tell("table", table); tell("key", key); tell("function", chosen) }
'
`;

/** Says no where ethtool cannot do all of it. */
export const setRssScript = `
nic=$1; shift
said=$(LC_ALL=C ethtool -X "$nic" "$@" 2>&1) || { echo "\${said:-ethtool -X $nic $* failed}" >&2; exit 1; }
`;
