// @ts-check
import { bootstrap, root } from "./bootstrap/bootstrap.mjs";
import { testNeeds } from "./bootstrap/needs.mjs";
import { runScript } from "./bootstrap/run-script.mjs";

const help = `Usage: npm test [-- options] [filter ...]

Runs all tests that need no upstream source: units, and real ones in namespaces, against
an sshd of their own and on a pair of guests. A filter is a part of a test file's path;
options are those of vitest (--project unit, --testNamePattern, ...).

What is missing is set up first: npm packages, Debian packages, the build. It says what it
will install and asks; --yes or CI=true installs without asking.
`;

await runScript(async (args) => {
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(help);
    return 0;
  }
  await bootstrap({ needs: testNeeds, yes: args.includes("--yes") });
  // only now can it be there
  const { runTests } = await import("./check/run-tests.mjs");
  return runTests(
    root,
    args.filter((arg) => arg !== "--yes"),
  );
});
