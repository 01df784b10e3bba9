import { putFile } from "../../host/transfer/put-file.js";
import { putTree } from "../../host/transfer/put-tree.js";
import { cloneScript } from "../../steps/git/scripts.js";
import type { KernelSource } from "../recipe.js";
import { type BuildPlace, placedScript, runScript } from "./build-place.js";
import type { SourceIdentity } from "./known-source.js";
import { notSources } from "./source-identity.js";
import { runStage, stageError } from "./stage-run.js";

/** Fetches an archive to $1 from $2 and puts it in place only when its SHA-256 is $3. */
const downloadScript = `
exec 2>&1
umask 022
mkdir -p -- "$1" && cd -- "$1" || exit 1
digest() { sha256sum <"$1" | cut -d ' ' -f 1; }
case $2 in
  /*) cp -- "$2" archive.part || exit 1 ;;
  *) if command -v curl >/dev/null; then
      curl -fsSL --retry 3 -C - -o archive.part -- "$2" || curl -fsSL --retry 3 -o archive.part -- "$2" || exit 1
    else
      wget -O archive.part -- "$2" || exit 1
    fi ;;
esac
found=$(digest archive.part)
if [ "$found" != "$3" ]; then
  rm -f archive.part
  echo "the SHA-256 of $2 is $found, not $3"
  exit 1
fi
mv -f archive.part archive
`;

/** Clones below $1; the remaining arguments are the clone script, the commit and the repository. */
const checkoutScript = `
exec 2>&1
umask 022
mkdir -p -- "$1" && cd -- "$1" && rm -rf clone pristine.new || exit 1
sh -c "$2" sh "$1/clone" "$3" "$4" "$4" || exit 1
# the commit says what it is; with a repository in it the build would look into that
rm -rf clone/.git && mv clone pristine
`;

/** What is touched is compiled again: files that came now, others are linked to the tree before as well. */
const receivedScript = `
cd -- "$1" || exit 1
find pristine -type f -links 1 -exec touch -c -- {} + && echo "$2" >digest.new && mv -f digest.new digest
`;

const localPath = (url: string): string =>
  url.startsWith("file://") ? decodeURIComponent(new URL(url).pathname) : url;

/** Brings the sources to the build host: an archive, or a tree. Throws DOWNLOAD_FAILED, TRANSFER_FAILED. */
export async function fetchSource(
  place: BuildPlace,
  source: KernelSource,
  identity: SourceIdentity,
): Promise<void> {
  const directory = `${place.work}/sources/${identity.key}`;
  if ("tarball" in source) {
    const args = [directory, localPath(source.tarball), identity.digest];
    return await fetchByScript(place, identity, { text: downloadScript, args });
  }
  if ("git" in source) {
    const args = [directory, cloneScript, source.commit, source.git];
    return await fetchByScript(place, identity, { text: checkoutScript, args });
  }
  // a package was fetched when its sources were identified
  if (!("local" in source)) return;
  await runScript(place, 'mkdir -p -- "$1"', directory);
  const signal = place.signal && { signal: place.signal };
  if (identity.tree === undefined) {
    const path = `${directory}/archive`;
    return await putFile(place.host, { localPath: source.local, path, ...signal });
  }
  const path = `${directory}/pristine`;
  await putTree(place.host, { localPath: identity.tree, path, exclude: notSources, ...signal });
  await runScript(place, receivedScript, directory, identity.digest);
}

async function fetchByScript(
  place: BuildPlace,
  { key, digest }: SourceIdentity,
  { text, args }: { readonly text: string; readonly args: readonly string[] },
): Promise<void> {
  const outcome = await runStage(place, {
    stage: "fetch",
    key: digest,
    directory: `${place.work}/sources/${key}-log`,
    command: placedScript(place, text, ...args),
  });
  if (!outcome.ok) throw stageError(place, outcome);
}
