/**
 * Prints `absent`, `other`, or the commit of the tree at $1 with `clean` or `changed` and a hash of the
 * changes. The remaining arguments are pathspecs of what may change. The repository is named, so that
 * git neither takes one above it nor minds whose it is; its own helpers and hooks are not run.
 */
export const treeStateScript = `
[ -e "$1" ] || [ -L "$1" ] || { echo absent; exit 0; }
[ -d "$1/.git" ] && [ ! -L "$1" ] && command -v git >/dev/null || { echo other; exit 0; }
cd "$1" || exit 1
shift
export GIT_OPTIONAL_LOCKS=0 GIT_DIR="$PWD/.git" GIT_WORK_TREE="$PWD"
unset GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_COMMON_DIR GIT_NAMESPACE
head=$(git rev-parse --verify -q 'HEAD^{commit}') || { echo other; exit 0; }
tell() { git -c core.fsmonitor=false -c core.quotePath=true "$@"; }
changes=$(tell status --porcelain --untracked-files=all -- . "$@") || exit 1
[ -n "$changes" ] || { echo "$head clean"; exit 0; }
digest=$({
  printf '%s\\n' "$changes"
  tell diff --no-ext-diff --no-textconv --binary HEAD -- . "$@"
} | sha256sum) || exit 1
echo "$head changed \${digest%% *}"
`;

/**
 * Fetches the commit $2 from the first of the remaining arguments after $3 that has it, beside $1, and
 * moves it there. Only this commit where the server hands out single ones, everything it has otherwise.
 */
export const cloneScript = `
temporary=$1.hoststack-new path=$1 commit=$2 origin=$3
shift 3
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_COMMON_DIR GIT_NAMESPACE
export GIT_TERMINAL_PROMPT=0 GIT_SSH_COMMAND="\${GIT_SSH_COMMAND:-ssh -oBatchMode=yes}"
trap 'rm -rf "$temporary"' EXIT
trap 'exit 1' HUP INT TERM
fail() { echo "$1" >&2; exit 1; }
in_tree() { git -C "$temporary" "$@"; }
get() { in_tree -c transfer.fsckObjects=true fetch -q --no-tags "$@"; }
have() { in_tree cat-file -e "$commit^{commit}" 2>/dev/null; }
rm -rf "$temporary" && git -c init.defaultBranch=none init -q --template= "$temporary" || exit 1
in_tree config core.autocrlf false && in_tree remote add origin "$origin" || exit 1
for source; do
  get --depth 1 "$source" "$commit" 2>/dev/null && have && break
  get "$source" '+refs/heads/*:refs/remotes/origin/*' '+refs/tags/*:refs/tags/*' && have && break
  echo "$source: no commit $commit there" >&2
done
have || fail "name a copy of the repository that this host reaches, by its own path or a URL: --mirror"
in_tree -c advice.detachedHead=false checkout -q --detach "$commit" || exit 1
in_tree fsck --no-progress --no-dangling >/dev/null || fail "what was fetched is damaged"
[ "$(in_tree rev-parse HEAD)" = "$commit" ] || fail "another commit than $commit was checked out"
[ -z "$(in_tree status --porcelain)" ] || fail "the tree differs from its commit $commit right away"
[ ! -e "$path" ] && [ ! -L "$path" ] || fail "$path is there meanwhile"
sync
mv "$temporary" "$path"
`;

/** Removes the tree $1 if it is at the commit $2, and what a crash may have left beside it. */
export const removeTreeScript = `
rm -rf "$1.hoststack-new"
if [ -e "$1" ]; then
  head=$(GIT_DIR="$1/.git" git rev-parse --verify -q HEAD)
  [ "$head" = "$2" ] || { echo "$1 is not at the commit $2" >&2; exit 1; }
  mv "$1" "$1.hoststack-old" || exit 1
fi
rm -rf "$1.hoststack-old"
`;
