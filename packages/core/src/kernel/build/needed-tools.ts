import { hoststackError } from "../../errors/error.js";
import { type BuildPlace, runScript } from "./build-place.js";
import { objectsPath } from "./make-text.js";
import type { ResolvedRecipe } from "./resolve-recipe.js";

/** Programs of every kernel build by their Debian packages; what every system has is not asked for. */
const programs = {
  awk: "gawk",
  bc: "bc",
  bison: "bison",
  cmp: "diffutils",
  find: "findutils",
  flex: "flex",
  ld: "binutils",
  make: "make",
  perl: "perl",
  tar: "tar",
} as const;

const headers = { "gelf.h": "libelf-dev", "openssl/opensslv.h": "libssl-dev" } as const;

const toolsScript = `
compiler=$1
shift
for need; do
  case $need in
    *.h) echo "#include <$need>" | $compiler -E -x c - >/dev/null 2>&1 || echo "$need" ;;
    *) command -v "$need" >/dev/null || echo "$need" ;;
  esac
done
`;

/** What a build of a recipe runs or includes, by the package it comes in. */
function needsOf(recipe: ResolvedRecipe): Readonly<Record<string, string>> {
  const { source, patches, base } = recipe;
  return {
    ...programs,
    "gelf.h": headers["gelf.h"],
    // certificates and signed modules, which a small configuration has not
    ...(base.kind === "guest" ? {} : { "openssl/opensslv.h": headers["openssl/opensslv.h"] }),
    ...(patches.length > 0 ? { patch: "patch" } : {}),
    ...("git" in source ? { git: "git" } : {}),
    ...("debian" in source ? { xz: "xz-utils" } : {}),
    gcc: "gcc",
  };
}

/** Throws TOOL_MISSING with everything that is missing on the build host and how to install it. */
export async function needTools(place: BuildPlace, recipe: ResolvedRecipe): Promise<void> {
  const needs = needsOf(recipe);
  const words = [recipe.compiler, ...Object.keys(needs)];
  const missing = (await runScript(place, toolsScript, ...words)).split("\n").filter(Boolean);
  if (missing.length > 0) throw toolsMissing(place, missing, needs);
}

const btfScript = `
grep -q '^CONFIG_DEBUG_INFO_BTF=y' "$1/${objectsPath}/.config" && ! command -v pahole >/dev/null && echo pahole
:
`;

/** The same for what only this configuration needs; it would be missed at the very end of the build. */
export async function needConfiguredTools(place: BuildPlace, line: string): Promise<void> {
  const missing = (await runScript(place, btfScript, line)).trim();
  if (missing === "") return;
  throw toolsMissing(place, [missing], { pahole: "dwarves" });
}

function toolsMissing(
  { host: { name } }: BuildPlace,
  missing: readonly string[],
  needs: Readonly<Record<string, string>>,
): Error {
  const packages = [...new Set(missing.map((one) => needs[one] ?? one))].toSorted();
  const message = `this kernel cannot be built on ${name} without ${missing.join(", ")}`;
  const otherwise = missing.includes("pahole") ? ", or set DEBUG_INFO_BTF to n" : "";
  return hoststackError("TOOL_MISSING", message, {
    remedy: `install them: apt-get install ${packages.join(" ")}${otherwise}`,
    details: { host: name, missing, packages },
  });
}
