/**
 * Prints the lines of `ethtool -g|-l|-c|-a|-k|--show-priv-flags` under the given labels as `label: value`,
 * in the order asked for; of sections only the current one. `unsupported` with ethtool's words where the
 * driver has no such settings.
 */
export const settingsScript = `
command -v ethtool >/dev/null || { echo "there is no ethtool" >&2; exit 127; }
command -v ip >/dev/null || { echo "there is no ip (iproute2)" >&2; exit 127; }
ip -o link show dev "$1" >/dev/null 2>&1 || { echo "no such NIC"; exit 0; }
text=$(LC_ALL=C ethtool "$2" "$1" 2>&1) || { printf 'unsupported %s\\n' "$text"; exit 0; }
shift 2
text=$(printf '%s\\n' "$text" | sed '
/^Pre-set maximums:/,/^Current hardware settings:/d
s/^Adaptive RX: *\\([a-z/]*\\) *TX: *\\([a-z/]*\\).*/adaptive-rx: \\1\\
adaptive-tx: \\2/
s/^[[:space:]]*//
s/[[:space:]]*:[[:space:]]*/: /
s/[[:space:]]*$//
')
for label; do
  printf '%s\\n' "$text" | while IFS= read -r line; do
    case $line in "$label: "*) printf '%s\\n' "$line"; break;; esac
  done
done
`;

/** All of it, for limits and for what the driver holds fixed. */
export const listingScript = `LC_ALL=C ethtool "$2" "$1" 2>/dev/null || :`;

/**
 * ethtool ends with other statuses where nothing is left to change. Whether the state is the old one again
 * is asked for after every undo.
 */
export const undoScript = `LC_ALL=C ethtool "$@" || :`;

/** Prints those parameters that the host's ethtool does not know. */
export const unknownScript = `
help=$(LC_ALL=C ethtool --help 2>&1)
for parameter; do
  case $help in *"[ $parameter "*) ;; *) echo "$parameter";; esac
done
`;
