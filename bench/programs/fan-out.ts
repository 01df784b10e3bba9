import { readFile } from "node:fs/promises";
import { openHost, openSshTransport, type SshOptions } from "@hoststack/core/host";

/** Runs `true` on all hosts of a JSON file of SSH options: what a user's own script would be. */
const targets = JSON.parse(await readFile(process.argv[2] ?? "", "utf8")) as SshOptions[];
await Promise.all(
  targets.map(async (options, index) => {
    const transport = await openSshTransport(options);
    await using host = openHost({ name: `n${index}`, machine: { id: `n${index}` }, transport });
    await host.run({ argv: ["true"] });
  }),
);
