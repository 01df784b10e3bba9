import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * No driver of this machine steers flows. This `ethtool` keeps the rules of a card in files and shows them in
 * the format of ethtool 6.1's rxclass.c, with a line of a driver that shows all fields; like the real one it
 * ends with 0 when the card has no such location.
 */
const program = `#!/bin/sh
rules=\${0%/*}/rules
case $1 in
-u)
  echo "8 RX rings available"
  echo "Total $(ls "$rules" | wc -l) rules"
  echo
  for rule in $(ls "$rules" | sort -rn); do cat "$rules/$rule"; echo; done;;
-N)
  [ "$3" = delete ] && { rm "$rules/$4"; exit; }
  shift 2
  source=0 source_mask=0xffff target=0 target_mask=0xffff ip=0.0.0.0 ip_mask=255.255.255.255
  while [ $# -gt 1 ]; do
    case $1 in
      flow-type) [ "$2" = tcp4 ] && type=TCP || type=UDP;;
      src-port) source=$2 source_mask=0x0;;
      dst-port) target=$2 target_mask=0x0;;
      dst-ip) ip=$2 ip_mask=0.0.0.0;;
      action) [ "$2" = -1 ] && action=Drop || action="Direct to queue $2";;
      loc) location=$2;;
    esac
    shift 2
  done
  if [ "$location" -ge 16 ]; then
    echo "rmgr: Cannot insert RX class rule: Invalid argument" >&2; exit 0
  fi
  printf '%s\\n' "Filter: $location" "	Rule Type: $type over IPv4" \\
    "	Src IP addr: 0.0.0.0 mask: 255.255.255.255" "	Dest IP addr: $ip mask: $ip_mask" \\
    "	TOS: 0x0 mask: 0xff" "	Src port: $source mask: $source_mask" \\
    "	Dest port: $target mask: $target_mask" "	VLAN EtherType: 0x0 mask: 0xffff" \\
    "	VLAN: 0x0 mask: 0xffff" "	User-defined: 0x0 mask: 0xffffffffffffffff" \\
    "	Action: $action" >"$rules/$location";;
*) exit 1;;
esac
`;

/** Puts it into a directory; its rules are in `rules` beside it. */
export async function addRuleCard(directory: string): Promise<void> {
  await writeFile(join(directory, "ethtool"), program, { mode: 0o755 });
}
