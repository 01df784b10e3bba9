// @ts-check
import { bootstrap, root } from "./bootstrap/bootstrap.mjs";
import { quickstartNeeds } from "./bootstrap/needs.mjs";
import { runScript } from "./bootstrap/run-script.mjs";

const help = `Usage: npm run quickstart [-- options]

Boots two guests with SoftRoCE on this computer, measures sockets against RoCE between
them and prints the figures. Needs Debian 12 (or a relative) on x86-64, Node 20.19 or
newer, and root or sudo only if QEMU still has to be installed.

What is missing is set up first: npm packages, QEMU, the build. It says what it will
install and asks; nothing else on this computer is changed.

  --yes        install without asking (so does CI=true)
  --repeat N   measure everything N times
  --help       this text

Other options are those of "rdma-lab run quickstart".
Exit codes: 0 done, 1 failed, 2 refused or wrong option, 3 cannot work here, 130 stopped.
`;

await runScript(async (args) => {
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(help);
    return 0;
  }
  const yes = args.includes("--yes");
  await bootstrap({ needs: quickstartNeeds, yes, only: "@hoststack/rdma-lab" });
  const rest = args.filter((arg) => arg !== "--yes");
  // in this process: one process to stop, and signals reach the clean-up of the run directly
  const { main } = await import(`${root}/packages/rdma-lab/dist/main.js`);
  return main(["run", "quickstart", "--testbed", "vm", ...rest]);
});
