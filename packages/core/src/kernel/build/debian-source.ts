import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hoststackError } from "../../errors/error.js";
import { putFile } from "../../host/transfer/put-file.js";
import { openPackageSource, unpackPackage } from "../../packages/package-source.js";
import { type BuildPlace, runScript } from "./build-place.js";
import { fileDigest } from "./hash-inputs.js";
import type { SourceIdentity } from "./known-source.js";

/** A source package of a recipe. */
interface DebianSource {
  readonly debian: string;
  readonly version?: string;
}

const readScript = `
cd -- "$1" || exit 1
read -r key digest <"$2" 2>/dev/null && { [ -f "$key/archive" ] || [ -d "$key/pristine" ]; } && echo "$key $digest" || :
`;

const keepScript = `cd -- "$1" && echo "$3 $4" >"$2.new" && mv -f -- "$2.new" "$2"`;

/**
 * The sources a package holds: those that were fetched before, or fetched now through the controller's apt.
 * Throws DOWNLOAD_FAILED, CAPABILITY_MISSING without apt or disk space, and what transfers throw.
 */
export async function debianSource(
  place: BuildPlace,
  source: DebianSource,
): Promise<SourceIdentity> {
  const sources = `${place.work}/sources`;
  const record = `${[source.debian, source.version ?? []].flat().join("_").replaceAll(/[:~+]/g, "-")}.known`;
  const [key = "", digest = ""] = (await runScript(place, readScript, sources, record))
    .trim()
    .split(" ");
  if (digest !== "") return { key, digest };
  const begun = performance.now();
  place.tell({ kind: "stage", stage: "fetch", state: "begun" });
  const fetched = await fetchPackage(place, source);
  await runScript(place, keepScript, sources, record, fetched.key, fetched.digest);
  const durationMs = performance.now() - begun;
  place.tell({ kind: "stage", stage: "fetch", state: "done", durationMs });
  return fetched;
}

async function fetchPackage(
  place: BuildPlace,
  { debian, version }: DebianSource,
): Promise<SourceIdentity> {
  const { cacheDirectory, signal } = place;
  const packages = await openPackageSource({ cacheDirectory, signal });
  const wanted = version === undefined ? debian : `${debian}=${version}`;
  // asked for like a kernel: alone, without what it depends on
  const resolution = await packages.resolve({ packages: [], kernel: wanted });
  const directory = await mkdtemp(join(tmpdir(), "hoststack-source-"));
  try {
    await packages.download(resolution, join(directory, "files"));
    const tree = join(directory, "tree");
    for (const { file } of resolution.files) {
      await unpackPackage(join(directory, "files", file), tree, signal);
    }
    const archive = await archiveWithin(tree, debian);
    const digest = await fileDigest(archive);
    const key = `${debian}-${digest.slice(0, 20)}`;
    const path = `${place.work}/sources/${key}`;
    await runScript(place, 'mkdir -p -- "$1"', path);
    const options = { localPath: archive, path: `${path}/archive`, ...(signal && { signal }) };
    await putFile(place.host, options);
    return { key, digest };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function archiveWithin(tree: string, name: string): Promise<string> {
  const directory = join(tree, "usr/src");
  const found = await readdir(directory, { recursive: true }).catch(() => []);
  const archive = found.find((file) => /(^|\/)linux-source[^/]*\.tar(\.\w+)?$/.test(file));
  if (archive !== undefined) return join(directory, archive);
  throw hoststackError(
    "DOWNLOAD_FAILED",
    `the package ${name} holds no archive of kernel sources`,
    {
      remedy: "name the package of one version, e.g. linux-source-6.1",
      details: { package: name },
    },
  );
}
