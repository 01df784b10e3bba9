#!/bin/sh
# Runs the command given while packages may neither start a service nor enable one for the next boot.
set -u
policy=/usr/sbin/policy-rc.d
mark="written by hoststack while it installs packages"

# what "systemctl enable" makes, which works before there is a running systemd too
enabled() { find /etc/systemd/system -type l 2>/dev/null | sort; }

# A policy of someone else's stays. Ours binds only while this process lives, should it be killed.
if [ ! -e "$policy" ] || grep -q "$mark" "$policy"; then
  {
    echo "#!/bin/sh"
    echo "# $mark; safe to remove"
    echo "grep -q quiet-services /proc/$$/cmdline 2>/dev/null && exit 101"
    echo "exit 0"
  } >"$policy" && chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi

before=$(enabled)
"$@"
status=$?
enabled | while read -r link; do
  echo "$before" | grep -qxF "$link" || rm -f "$link"
done
exit "$status"
