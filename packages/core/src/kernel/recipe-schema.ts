import { z } from "zod";
import { inputText, sha256Hex } from "../steps/options.js";

const text = z.string().min(1, "is empty");

/** It ends up in argument lists, which others can read. */
function holdsNoPassword(url: string): boolean {
  return !/^\w+:\/\/[^/@]*:[^/@]*@/.test(url);
}

const archivePlace = text
  .regex(/^((https?|file):\/\/|\/)[!-~]+$/, "is no https:, http: or file: URL and no absolute path")
  .refine(holdsNoPassword, "holds a password");

const repository = text
  .regex(
    /^((https?|file|ssh):\/\/|\/|[\w.-]+@[\w.-]+:)[!-~]+$/,
    "is no URL, no user@host:path and no absolute path",
  )
  .refine(holdsNoPassword, "holds a password");

const sourceSchema = z
  .strictObject({
    tarball: archivePlace
      .optional()
      .describe("URL of a source archive")
      .meta({ examples: ["https://cdn.kernel.org/pub/linux/kernel/v6.x/linux-6.1.100.tar.xz"] }),
    sha256: sha256Hex
      .optional()
      .describe("SHA-256 of the archive")
      .meta({ examples: ["0".repeat(64)] }),
    git: repository
      .optional()
      .describe("URL of a git repository")
      .meta({ examples: ["https://git.example.org/linux.git"] }),
    commit: z
      .string()
      .regex(/^[0-9a-f]{40}$/, "is no full commit id")
      .optional()
      .describe("commit of 40 hexadecimal digits")
      .meta({ examples: ["0".repeat(40)] }),
    debian: z
      .string()
      .regex(/^[a-z0-9][a-z0-9+.-]*$/, "is no name of a package")
      .optional()
      .describe("package that holds a source archive")
      .meta({ examples: ["linux-source-6.1"] }),
    version: text
      .optional()
      .describe("version of that package")
      .meta({ examples: ["6.1.192-2"] }),
    local: text
      .optional()
      .describe("directory or archive on this computer, relative to the file")
      .meta({ examples: ["./linux"] }),
  })
  .meta({ examples: [{ debian: "linux-source-6.1" }] });

const sourcePath = text
  .refine(
    (path) => !/(^\/|(^|\/)\.\.?(\/|$)|\/\/|\/$|[\n\r\0])/.test(path),
    "is no plain path below the top of the sources",
  )
  .meta({ examples: ["net/ipv4/tcp.c"] });

const patchSchema = z.strictObject({
  path: text
    .optional()
    .describe("patch file, relative to this file")
    .meta({ examples: ["./fix.patch"] }),
  text: inputText.optional().describe("the patch itself, in place of a file"),
  name: text
    .optional()
    .describe("what a patch given as text is called in reports")
    .meta({ examples: ["fix"] }),
  strip: z.int().min(0).optional().describe("leading directories cut off its names; default 1"),
  fuzz: z
    .int()
    .min(0)
    .max(3)
    .optional()
    .describe("lines of context that may differ; default 0, none"),
});

const editSchema = z.strictObject({
  path: sourcePath.describe("file below the top of the sources"),
  edits: z
    .array(
      z.strictObject({
        pattern: inputText.min(1, "is empty").describe("literal text to replace"),
        replacement: inputText.min(1, "is empty").describe("what takes its place"),
        count: z.int().positive().optional().describe("how often it has to be there; default 1"),
      }),
    )
    .min(1, "is empty")
    .describe("replacements, made one after the other"),
});

const configSchema = z
  .strictObject({
    base: z
      .string()
      .regex(
        /^(guest|running|[a-zA-Z0-9_./-]*config)$/,
        "is neither guest nor running nor a target that ends in config",
      )
      .optional()
      .describe("what the configuration starts from: guest, running or a target such as defconfig")
      .meta({ examples: ["guest"] }),
    file: text
      .optional()
      .describe("configuration file to start from, relative to this file")
      .meta({ examples: ["./config-of-server"] }),
    set: z
      .record(
        z.string().regex(/^[A-Za-z0-9_]+$/, "has other characters than symbols have"),
        z.union([z.string(), z.int()]).meta({ examples: ["y"] }),
      )
      .optional()
      .describe("values by symbol: y, m, n, a number or text")
      .meta({ examples: [{ NET_SCH_FQ: "y" }] }),
  })
  .meta({ examples: [{ base: "guest" }] });

/** The form of a recipe; which of its fields go together is told by `recipeIssues`. */
export const kernelRecipeSchema = z.strictObject({
  source: sourceSchema.describe("where the sources come from"),
  patches: z.array(patchSchema).optional().describe("patches, applied in this order"),
  edits: z.array(editSchema).optional().describe("edits, made after the patches"),
  config: configSchema.describe("how the kernel is configured"),
  compiler: z
    .string()
    .regex(/^[\w./+-]+$/, "is no name or path of a program")
    .optional()
    .describe("C compiler of the build host; default gcc")
    .meta({ examples: ["gcc-12"] }),
});

/** What the form alone allows. */
export type KernelRecipeForm = z.infer<typeof kernelRecipeSchema>;
