/**
 * Undoes what is journalled on a host, newest first: `sh restore.sh` with nothing else of hoststack
 * around. `lease TOKEN` takes only the scoped changes of that lease, `orphans TOKEN` those of all
 * other leases. Waits for steps that are being applied; ends with 1 when something stays.
 */
export const restoreScript = `#!/bin/sh
CDPATH= cd -- "$(dirname -- "$0")/journal" 2>/dev/null || exit 0
if command -v flock >/dev/null; then exec 7>>../busy && flock 7 || exit 1; fi
rm -rf -- */.new-* */.gone-*
result=0
for entry in $(ls -d -- */[0-9]* 2>/dev/null | LC_ALL=C sort -t / -k 2,2r); do
  token=
  [ -e "$entry/lease" ] && read -r token <"$entry/lease"
  case $1 in
  lease) [ "$token" = "$2" ] || continue ;;
  orphans) [ -n "$token" ] && [ "$token" != "$2" ] || continue ;;
  esac
  sh "./$entry/undo.sh" 7>&- 8>&- 9>&- </dev/null || result=1
done
exit "$result"
`;
