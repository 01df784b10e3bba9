import type { BuildPlace } from "./build-place.js";
import { runScript } from "./build-place.js";
import { hashOf } from "./hash-inputs.js";
import type { SourceIdentity } from "./known-source.js";
import { objectsPath } from "./make-text.js";
import type { ResolvedRecipe } from "./resolve-recipe.js";
import { stampScript } from "./tree-scripts.js";
import { lostText } from "./unwritten.js";

/** All that decides what a build makes. */
export interface BuildInputs {
  readonly recipe: ResolvedRecipe;
  readonly identity: SourceIdentity;
  /** Of those alone that decide the patched sources. */
  readonly patchKey: string;
  /** Of those alone that decide the configuration. */
  readonly configKey: string;
  readonly tag: string;
  /** What is noted with the kernel. */
  readonly record: unknown;
}

/**
 * Name of the directory in which builds share a tree and its objects: those that differ in patches, edits
 * and symbols only, so that what such a difference does not touch is not compiled again.
 */
export function lineName(
  identity: SourceIdentity,
  recipe: ResolvedRecipe,
  compiler: string,
): string {
  const base = recipe.base.kind === "target" ? recipe.base.target : recipe.base.kind;
  return hashOf([identity.key, base, compiler, objectsPath]).slice(0, 20);
}

const stampNames = ["tree", "patch", "configure", "build"] as const;
type StampName = (typeof stampNames)[number];

/** How far an earlier build has come. */
export interface BuildState {
  /** What `kernel.json` says, when there is a whole kernel of this tag. */
  readonly kernel: string | undefined;
  readonly hasArchive: boolean;
  readonly hasPristine: boolean;
  /** Digest of a tree of the user, as it was sent. */
  readonly treeDigest: string;
  /** A kernel was linked in the line's objects before. */
  readonly hasObjects: boolean;
  /** What each stage of the line was last done for. */
  readonly stamps: Readonly<Partial<Record<StampName, string>>>;
}

const stateScript = `
${lostText}
cd -- "$1" || exit 1
if ! is_lost "kernels/.$2.unwritten" && [ -f "kernels/$2/kernel.json" ] && (cd "kernels/$2" && sha256sum -c SHA256SUMS >/dev/null 2>&1); then
  echo "kernel $(cat "kernels/$2/kernel.json")"
fi
[ ! -f "sources/$3/archive" ] || echo "archive yes"
[ ! -d "sources/$3/pristine" ] || echo "pristine yes"
[ ! -f "sources/$3/digest" ] || echo "digest $(cat "sources/$3/digest")"
is_lost "lines/$4/unwritten" && exit
[ ! -f "lines/$4/${objectsPath}/vmlinux" ] || echo "objects yes"
for stamp in ${stampNames.join(" ")}; do
  [ ! -f "lines/$4/stamps/$stamp" ] || echo "$stamp $(cat "lines/$4/stamps/$stamp")"
done
`;

/** Asks how far earlier builds have come; a kernel is only there when its files are whole. */
export async function buildState(
  place: BuildPlace,
  { tag, identity }: BuildInputs,
  line: string,
): Promise<BuildState> {
  const stdout = await runScript(place, stateScript, place.work, tag, identity.key, line);
  const told = new Map(
    stdout.split("\n").map((text) => {
      const space = text.indexOf(" ");
      return [text.slice(0, space), text.slice(space + 1)] as const;
    }),
  );
  return {
    kernel: told.get("kernel"),
    hasArchive: told.has("archive"),
    hasPristine: told.has("pristine"),
    treeDigest: told.get("digest") ?? "",
    hasObjects: told.has("objects"),
    stamps: Object.fromEntries(
      stampNames.flatMap((name) => (told.has(name) ? [[name, told.get(name)]] : [])),
    ),
  };
}

/** Notes that a stage of a line was done for a key. */
export async function stampStage(
  place: BuildPlace,
  line: string,
  { stage, key }: { readonly stage: StampName; readonly key: string },
): Promise<void> {
  await runScript(place, stampScript, line, stage, key);
}
