import { describe, expect, test } from "vitest";
import { parseTestbedFile } from "../file/parse-testbed-file.js";
import { importCloudLabManifest } from "./import.js";

/**
 * Constructed after the GENI RSpec 3 schema and the form in which Emulab sites write manifests; not the
 * manifest of a real experiment.
 */
const node = (name: string, host: string, interfaces: string) => `
  <node client_id="${name}" exclusive="true" component_id="urn:publicid:IDN+example.org+node+${host}"
        sliver_id="urn:publicid:IDN+example.org+sliver+1">
    <sliver_type name="raw-pc"/>
    <services>
      <login authentication="ssh-keys" hostname="${host}.example.org" port="22" username="alice"/>
      <login authentication="ssh-keys" hostname="${host}.example.org" port="22" username="bob"/>
    </services>
    ${interfaces}
    <host name="${name}.test.example.org" ipv4="192.0.2.1"/>
    <emulab:vnode xmlns:emulab="http://www.protogeni.net/resources/rspec/ext/emulab/1" name="${host}"/>
  </node>`;

const nic = (id: string, mac: string, address: string) => `
    <interface client_id="${id}" mac_address="${mac}" component_id="urn:publicid:IDN+example.org+interface+x:eth2">
      <ip address="${address}" netmask="255.255.255.0" type="ipv4"/>
    </interface>`;

const link = (name: string, ...interfaces: string[]) => `
  <link client_id="${name}" vlantag="262">
    ${interfaces.map((id) => `<interface_ref client_id="${id}" sliver_id="urn:x"/>`).join("\n    ")}
    <link_type name="lan"/>
  </link>`;

const manifest = (...parts: string[]) => `<?xml version="1.0" encoding="UTF-8"?>
<rspec xmlns="http://www.geni.net/resources/rspec/3" type="manifest" expires="2030-01-01T00:00:00Z">
${parts.join("\n")}
</rspec>
`;

const pair = manifest(
  node("node0", "ms0912", nic("node0:if0", "0cc47a34a6b4", "10.10.1.1")),
  node("node1", "ms0913", nic("node1:if0", "0C:C4:7A:34:A6:B5", "10.10.1.2")),
  link("link0", "node0:if0", "node1:if0"),
);

test("two nodes with a link become a testbed file that is valid", async () => {
  const text = await importCloudLabManifest(pair);
  expect(text).toMatchInlineSnapshot(`
    "# From a CloudLab manifest. Interfaces are known by MAC address; their names are found when
    # the testbed is opened. The control network is none of these links.

    version: 1
    hosts:
      node0:
        ssh: alice@ms0912.example.org
      node1:
        ssh: alice@ms0913.example.org
    links:
      - name: link0
        ends:
          - host: node0
            mac: 0c:c4:7a:34:a6:b4
            addresses:
              - 10.10.1.1
          - host: node1
            mac: 0c:c4:7a:34:a6:b5
            addresses:
              - 10.10.1.2
    "
  `);
  expect(parseTestbedFile(text, "lab.yaml").links).toHaveLength(1);
});

test("the account is chosen", async () => {
  expect(await importCloudLabManifest(pair, { user: "bob" })).toContain("bob@ms0913.example.org");
  await expect(importCloudLabManifest(pair, { user: "eve" })).rejects.toThrow(
    "no login of eve for node0",
  );
});

test("a LAN becomes a link with an end for each node, a prefixed name space and another port are read", async () => {
  const lan = manifest(
    node("a", "pc1", nic("a:if0", "020000000001", "10.0.0.1")),
    node("b", "pc2", nic("b:if0", "020000000002", "10.0.0.2")),
    node("c", "pc3", nic("c:if0", "020000000003", "10.0.0.3")).replaceAll(
      'port="22"',
      'port="31038"',
    ),
    link("lan0", "a:if0", "b:if0", "c:if0"),
  )
    .replaceAll(/<(\/?)(?=[a-z])(?!emulab)/g, "<$1r:")
    .replace("xmlns=", "xmlns:r=");
  const { hosts, links } = parseTestbedFile(await importCloudLabManifest(lan), "lab.yaml");
  const joined = links.map(({ name, ends }) => [name, ...ends.map(({ host }) => host)]);
  expect(joined).toEqual([["lan0", "a", "b", "c"]]);
  expect(hosts["c"]?.ssh).toBe("ssh://alice@pc3.example.org:31038");
});

describe("what is no manifest of a testbed is refused", () => {
  test.each([
    ["no XML", "<rspec", "is no XML"],
    ["a request", pair.replace('type="manifest"', 'type="request"'), "of the type request"],
    ["another document", "<html/>", "is no RSpec"],
    ["no nodes", manifest(), "has no nodes"],
    ["no link", pair.replace(/<link [\s\S]*<\/link>/, ""), "no link between two nodes"],
    ["no MAC yet", pair.replaceAll(/mac_address="[^"]*"/g, ""), "no link between two nodes"],
    ["no login yet", pair.replaceAll(/<login[^>]*>/g, ""), "lists no login for node0"],
    ["a name of other letters", pair.replaceAll("node0", "node 0"), "hosts.node 0: the name"],
  ])("%s", async (_, xml, words) => {
    await expect(importCloudLabManifest(xml)).rejects.toThrow(words);
  });
});
