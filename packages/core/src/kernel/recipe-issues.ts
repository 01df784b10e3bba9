import type { KernelRecipeForm } from "./recipe-schema.js";

/** One thing wrong with a recipe of the right form. */
export interface RecipeIssue {
  readonly path: readonly (string | number)[];
  readonly text: string;
  readonly fix: string;
}

const sourceFields = ["tarball", "git", "debian", "local"] as const;
/** Fields of a source that belong to one kind. */
const sourceCompanions = [
  { field: "sha256", of: "tarball", needed: true },
  { field: "commit", of: "git", needed: true },
  { field: "version", of: "debian", needed: false },
] as const;

/** Says which of the fields there are, when it is not exactly one. */
function notOne(given: readonly string[], all: readonly string[]): string | undefined {
  if (given.length === 1) return undefined;
  return given.length === 0
    ? `none of ${all.join(", ")} is given`
    : `${given.join(" and ")} exclude each other`;
}

function sourceIssues(source: KernelRecipeForm["source"]): RecipeIssue[] {
  const given = sourceFields.filter((field) => source[field] !== undefined);
  const issues: RecipeIssue[] = [];
  const wrong = notOne(given, sourceFields);
  if (wrong !== undefined) {
    issues.push({ path: ["source"], text: wrong, fix: "give exactly one of them" });
  }
  for (const { field, of, needed } of sourceCompanions) {
    const present = source[field] !== undefined;
    if (present && source[of] === undefined) {
      issues.push({ path: ["source", field], text: `it belongs to ${of}`, fix: "leave it out" });
    }
    if (!present && needed && source[of] !== undefined) {
      const text = "it is missing: without it nobody knows what was built";
      issues.push({ path: ["source", field], text, fix: `give the ${field} of ${of}` });
    }
  }
  return issues;
}

function patchIssues(patches: KernelRecipeForm["patches"] = []): RecipeIssue[] {
  return patches.flatMap((patch, index) => {
    const path = ["patches", index];
    const given = (["path", "text"] as const).filter((field) => patch[field] !== undefined);
    const wrong = notOne(given, ["path", "text"]);
    if (wrong !== undefined) return [{ path, text: wrong, fix: "give exactly one of them" }];
    if (patch.text !== undefined && patch.name === undefined) {
      const text = "it is missing: reports name each patch";
      return [{ path: [...path, "name"], text, fix: "write name: and what the patch is about" }];
    }
    return [];
  });
}

/** Of every build's own tag. */
const ownSymbols = ["LOCALVERSION", "LOCALVERSION_AUTO"];

function configIssues(config: KernelRecipeForm["config"]): RecipeIssue[] {
  const given = (["base", "file"] as const).filter((field) => config[field] !== undefined);
  const wrong = notOne(given, ["base", "file"]);
  const issues: RecipeIssue[] = [];
  if (wrong !== undefined) {
    issues.push({ path: ["config"], text: wrong, fix: "give exactly one of them" });
  }
  for (const [symbol, value] of Object.entries(config.set ?? {})) {
    const path = ["config", "set", symbol];
    if (symbol.startsWith("CONFIG_")) {
      const fix = `write ${symbol.slice("CONFIG_".length)}`;
      issues.push({ path, text: "symbols are written without CONFIG_", fix });
    } else if (ownSymbols.includes(symbol)) {
      const text = "the local version is the tag of what was built";
      issues.push({ path, text, fix: "leave it out" });
    } else if (typeof value === "string" && /["\\\n\r\0]/.test(value)) {
      issues.push({
        path,
        text: "it holds quotes, backslashes or line ends",
        fix: "leave them out",
      });
    }
  }
  return issues;
}

/** What of a recipe contradicts itself, or is missing only because of what else is there. */
export function recipeIssues(recipe: KernelRecipeForm): RecipeIssue[] {
  return [
    ...sourceIssues(recipe.source),
    ...patchIssues(recipe.patches),
    ...configIssues(recipe.config),
  ];
}
