import { buildScript, buildStateScript } from "./build-scripts.js";

/**
 * What both scripts begin with; arguments: name, sources, directory of the build, directory of the artefacts, the
 * compiler's flags. The module is for the kernel that runs, against its installed headers.
 */
const inputsText = `
name=$1 source=$2 work=$3 copies=$4 flags=$5
release=$(uname -r)
told() (
  set -- installed "" "$release" "$work" "$source"
${buildStateScript}
)
digest_of() { digest=$(sha256sum "$@") && printf '%s' "\${digest%% *}"; }
key=$({ printf '%s\\n' "$release" "$flags"; told | grep -E '^(source|headers|compiler|kernel) '; } | sha256sum)
key=\${key%% *}
copied() { printf '%s %s %s\\n' "$key" "$(digest_of "$copies/$name.ko")" "$(digest_of "$copies/$name.json")"; }
`;

/** Prints \`built\` when the artefacts are of these sources, for the kernel that runs, and as they were made; else \`absent\`. */
export const moduleStateScript = `${inputsText}
if [ -f "$work/copied" ] && [ "$(cat "$work/copied")" = "$(copied 2>/dev/null)" ]; then echo built
else echo absent
fi
`;

/** Says what stands in the way of building modules here, in lines of \`missing PROGRAM\`, \`headers RELEASE OTHER\` and \`no-headers RELEASE\`. */
export const moduleObstacleScript = `
release=$(uname -r)
for tool in make cc ld objcopy strip sha256sum; do
  command -v "$tool" >/dev/null || echo "missing $tool"
done
build=/lib/modules/$release/build
if [ ! -e "$build/Makefile" ]; then echo "no-headers $release"; exit 0; fi
other=$(sed -n 's/^#define UTS_RELEASE "\\(.*\\)"$/\\1/p' "$build/include/generated/utsrelease.h" 2>/dev/null)
[ -z "$other" ] || [ "$other" = "$release" ] || echo "headers $release $other"
`;

/**
 * Builds, then leaves the module without what only debuggers read, and beside it a note of what loading compares. What
 * was there of an earlier kernel is replaced.
 */
export const moduleBuildScript = `${inputsText}
mkdir -p -- "$work" || exit 1
if ! (
  set -- installed "" "$release" "$work" "$source" "$name" "$key" "$flags" ""
${buildScript}
) >"$work/told" 2>"$work/complaint"; then
  cat "$work/complaint" >&2
  grep -n -i -m 1 -A 4 -E 'error|fatal|not found|no such' "$work/build.log" >&2 2>/dev/null
  echo "the module was not built; the whole log: $work/build.log" >&2
  exit 1
fi
field() { sed -n "s/^$1 //p" "$work/built" | sed 's/ *$//' | tr -d '"\\\\'; }
made=$(field path)
vermagic=$(field 'info vermagic')
[ "\${vermagic%% *}" = "$release" ] || {
  echo "the module came out for the kernel \${vermagic%% *}, not $release" >&2; exit 1
}
umask 022
strip --strip-debug -o "$copies/$name.ko.new" "$made" && mv "$copies/$name.ko.new" "$copies/$name.ko" || exit 1
own=$(field 'info name')
srcversion=$(field 'info srcversion')
buildid=$(field buildid)
{
  printf '{"name":"%s","sha256":"%s","release":"%s","vermagic":"%s"' \\
    "\${own:-$name}" "$(digest_of "$copies/$name.ko")" "$release" "$vermagic"
  [ -z "$srcversion" ] || printf ',"srcversion":"%s"' "$srcversion"
  [ -z "$buildid" ] || printf ',"buildId":"%s"' "$buildid"
  printf '}\\n'
} >"$copies/$name.json" || exit 1
sync
copied >"$work/copied"
`;

/** Removes the build and its artefacts. */
export const moduleUnbuildScript = `
rm -rf -- "$3" "$4/$1.ko" "$4/$1.ko.new" "$4/$1.json"
`;
