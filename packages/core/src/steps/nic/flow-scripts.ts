/**
 * Prints the rules at locations from $2 to below $3, one a line in order of location: `LOCATION TYPE; FIELD:
 * VALUE; ACTION` without fields that may be anything, which some drivers show and others do not.
 */
export const rulesScript = `
command -v ethtool >/dev/null || { echo "there is no ethtool" >&2; exit 127; }
command -v ip >/dev/null || { echo "there is no ip (iproute2)" >&2; exit 127; }
ip -o link show dev "$1" >/dev/null 2>&1 || { echo "no such NIC"; exit 0; }
text=$(LC_ALL=C ethtool -u "$1" 2>&1) || { printf 'unsupported %s\\n' "$text"; exit 0; }
printf '%s\\n\\n' "$text" | awk -v first="$2" -v end="$3" '
function flush() { if (line != "") print line; line = "" }
{ sub(/^[ \\t]+/, ""); sub(/[ \\t\\r]+$/, "") }
/^Filter: [0-9]+$/ { flush(); keep = $2 + 0 >= first + 0 && $2 + 0 < end + 0; if (keep) line = $2; between = " "; next }
!keep || /^$/ { next }
/ mask: (0x[fF]+|255\\.255\\.255\\.255|[fF][fF:]*)$/ { next }
{ sub(/ mask: (0x0|0\\.0\\.0\\.0|::|00(:00)+)$/, ""); sub(/^(Rule Type|Flow Type|Action): /, ""); line = line between $0; between = "; " }
END { flush() }
' | sort -n
`;

/** ethtool ends with 0 where a NIC refuses a rule. */
export const insertScript = `
nic=$1; shift
said=$(LC_ALL=C ethtool -N "$nic" "$@" 2>&1) && case $said in *[Cc]annot*|*[Ii]nvalid*) false;; esac || {
  echo "$said" >&2; exit 1
}
`;

/** Only those that are there. */
export const deleteScript = `
nic=$1; shift
for location; do
  LC_ALL=C ethtool -u "$nic" | grep -q "^[[:space:]]*Filter: $location[[:space:]]*\\$" || continue
  LC_ALL=C ethtool -N "$nic" delete "$location" || exit 1
done
`;
