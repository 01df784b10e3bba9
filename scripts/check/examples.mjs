// @ts-check
import { join } from "node:path";
import ts from "typescript";

/**
 * An example of a page, on the lines it has there.
 * @typedef {{ readonly page: string, readonly path: string, readonly text: string }} Example
 */

/**
 * The examples in TypeScript of a page in Markdown.
 * @param {string} page
 * @param {string} markdown
 * @returns {Example[]}
 */
export function examplesOf(page, markdown) {
  return [...markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(({ 1: code = "", index }, at) => {
    const before = markdown.slice(0, index).split("\n").length;
    return { page, path: `${page}.${at}.ts`, text: `${"\n".repeat(before)}${code}export {};\n` };
  });
}

/**
 * What is wrong with the types of examples.
 * @param {string} root
 * @param {readonly Example[]} examples
 */
export function exampleProblems(root, examples) {
  const { config } = ts.readConfigFile(join(root, "tsconfig.base.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  /** @param {string} path */
  const exampleAt = (path) => examples.find((one) => one.path === path);
  host.fileExists = (path) => exampleAt(path) !== undefined || fileExists(path);
  host.readFile = (path) => exampleAt(path)?.text ?? readFile(path);
  const paths = examples.map(({ path }) => path);
  const program = ts.createProgram(paths, options, host);
  return paths
    .map((path) => program.getSourceFile(path))
    .filter((file) => file !== undefined)
    .flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ])
    .map(({ file, start = 0, messageText }) => ({
      page: exampleAt(file?.fileName ?? "")?.page ?? "",
      line: 1 + (file?.getLineAndCharacterOfPosition(start).line ?? 0),
      text: ts.flattenDiagnosticMessageText(messageText, "\n"),
    }));
}
