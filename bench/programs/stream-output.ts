import { readFile } from "node:fs/promises";
import { openHost, openLocalTransport, openSshTransport, type SshOptions } from "@hoststack/core";

/** Reads 1 GiB of a command's output and prints the most memory this took, in bytes. */
const bytesWanted = 1024 ** 3;
const [file] = process.argv.slice(2);

async function transport() {
  if (file === undefined) return openLocalTransport();
  return openSshTransport(JSON.parse(await readFile(file, "utf8")) as SshOptions);
}

await using host = openHost({
  name: "host",
  machine: { id: "host" },
  transport: await transport(),
});
await using command = await host.start({ argv: ["head", "-c", `${bytesWanted}`, "/dev/zero"] });
command.stdin.end();
command.stderr.resume();
let bytes = 0;
for await (const chunk of command.stdout) bytes += (chunk as Buffer).length;
if (bytes !== bytesWanted) throw new Error(`${bytes} bytes came`);
process.stdout.write(String(process.resourceUsage().maxRSS * 1024));
