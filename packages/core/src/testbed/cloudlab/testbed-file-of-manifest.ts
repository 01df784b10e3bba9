import { Document } from "yaml";
import { hoststackError } from "../../errors/error.js";
import { parseTestbedFile } from "../file/parse-testbed-file.js";
import type { TestbedFile, TestbedFileEnd, TestbedFileHost } from "../file/schema.js";
import { type Manifest, type ManifestLink, type ManifestNode, readManifest } from "./manifest.js";

function destinationOf(node: ManifestNode, user: string | undefined): string {
  const login = node.logins.find((one) => user === undefined || one.user === user);
  if (login === undefined) {
    const users = [...new Set(node.logins.map((one) => one.user))];
    const text = user === undefined ? "lists no login" : `lists no login of ${user}`;
    throw hoststackError("TESTBED_INVALID", `the manifest ${text} for ${node.name}`, {
      remedy:
        users.length === 0
          ? "wait until the experiment is ready, then save its manifest again"
          : `choose one of ${users.join(", ")}`,
    });
  }
  const { user: name, hostname, port } = login;
  return port === 22 ? `${name}@${hostname}` : `ssh://${name}@${hostname}:${port}`;
}

/** Interface ids are unique in a manifest. */
function endOf(manifest: Manifest, id: string): TestbedFileEnd | undefined {
  for (const { name, interfaces } of manifest.nodes) {
    const found = interfaces.find((one) => one.id === id);
    if (found?.mac === undefined) continue;
    const { mac, addresses } = found;
    return { host: name, mac, ...(addresses.length === 0 ? {} : { addresses: [...addresses] }) };
  }
  return undefined;
}

/** A LAN becomes one link with an end for each of its nodes; without two nodes there is none. */
function linksOf(manifest: Manifest, { name, interfaces }: ManifestLink): TestbedFile["links"] {
  const ends = interfaces.flatMap((id) => endOf(manifest, id) ?? []);
  const nodes = new Set(ends.map(({ host }) => host));
  return nodes.size < 2 ? [] : [{ name, ends }];
}

/** See `importCloudLabManifest`, which loads this when it is used. */
export function testbedFileOfManifest(xml: string, user?: string): string {
  const manifest = readManifest(xml);
  const links = manifest.links.flatMap((link) => linksOf(manifest, link));
  if (links.length === 0) {
    throw hoststackError("TESTBED_INVALID", "the manifest has no link between two nodes", {
      remedy: "experiments need one: add a link to the profile and instantiate it again",
    });
  }
  const hosts = manifest.nodes.map((node): [string, TestbedFileHost] => [
    node.name,
    { ssh: destinationOf(node, user) },
  ]);
  const file: TestbedFile = { version: 1, hosts: Object.fromEntries(hosts), links };
  const document = new Document(file, { aliasDuplicateObjects: false });
  document.commentBefore =
    " From a CloudLab manifest. Interfaces are known by MAC address; their names are found when\n" +
    " the testbed is opened. The control network is none of these links.";
  const text = document.toString({ lineWidth: 100 });
  // what a manifest may name and a testbed file may not is told as an error of the file
  parseTestbedFile(text, "the imported manifest");
  return text;
}
