/** Prints `name state version` of those of the named packages that dpkg has anything of, in order; not foreign ones. */
export const versionsScript = `
export LC_ALL=C
command -v dpkg-query >/dev/null || { echo "no dpkg"; exit 0; }
native=$(dpkg --print-architecture) || exit 1
dpkg-query -W -f '\${Package} \${Architecture} \${db:Status-Abbrev} \${Version}\\n' "$@" 2>/dev/null |
  awk -v native="$native" '($2 == native || $2 == "all") && $3 !~ /^.n/ { print $1, $3, $4 }' | sort
`;

/** Prints the user id, then what apt would do. Those of the packages that are there are left alone. */
export const simulateScript = `
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
id -u
apt-get -s -q -o Debug::NoLocking=true --no-install-recommends \\
  --no-upgrade install "$@" 2>&1
`;

/** Prints the packages of the host that are not plainly installed. */
export const brokenScript = `
export LC_ALL=C
dpkg-query -W -f '\${binary:Package} \${db:Status-Abbrev}\\n' | awk '$2 != "ii" && $2 !~ /^.n/'
`;

/**
 * Installs exactly the given \`name=version\`. Configuration files the user has written stay; services
 * of others are not restarted.
 */
export const installScript = `
export LC_ALL=C DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
exec apt-get -y -q --no-remove --no-install-recommends -o DPkg::Lock::Timeout=120 \\
  -o APT::Keep-Downloaded-Packages=false \\
  -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold install "$@"
`;

/** Purges those of the given packages that are there; nothing at all when others would go with them. */
export const purgeScript = `
export LC_ALL=C DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
for name; do
  shift
  state=$(dpkg-query -W -f '\${db:Status-Abbrev}' "$name" 2>/dev/null)
  case $state in ''|?n*) ;; *) set -- "$@" "$name";; esac
done
[ "$#" -gt 0 ] || exit 0
plan=$(apt-get -s -q -o Debug::NoLocking=true purge "$@") || exit 1
others=$(printf '%s\\n' "$plan" | awk '
  BEGIN { for (i = 1; i < ARGC; i++) { sub(/:.*/, "", ARGV[i]); ours[ARGV[i]] = 1; ARGV[i] = "" } }
  /^(Remv|Purg|Inst) / { name = $2; sub(/:.*/, "", name); if (!(name in ours)) print name }
' "$@" | sort -u)
if [ -n "$others" ]; then
  echo "installed since, and needing what would be removed:" $others >&2
  exit 1
fi
exec apt-get -y -q -o DPkg::Lock::Timeout=120 purge "$@"
`;
