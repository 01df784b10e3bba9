import fc from "fast-check";
import { expect, test } from "vitest";
import { escaped, html, verbatim } from "./markup.js";

test("what is put in is escaped, in elements and in attributes", () => {
  const evil = `"><script>alert('x')</script>&amp;`;
  expect(html`<p title="${evil}">${evil}</p>`.text).toBe(
    `<p title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;">` +
      `&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;</p>`,
  );
});

test("markup goes in as it is, lists one after the other, nothing as nothing", () => {
  const items = ["a", "<"].map((one) => html`<li>${one}</li>`);
  expect(html`<ul>${items}${undefined}${3}${verbatim("<hr>")}</ul>`.text).toBe(
    "<ul><li>a</li><li>&lt;</li>3<hr></ul>",
  );
});

test("no text leaves its place", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const safe = escaped(text);
      expect(safe).not.toMatch(/[<>"']/);
      expect(safe.replaceAll(/&(amp|lt|gt|quot|#39);/g, "")).not.toContain("&");
    }),
  );
});

test("characters that HTML cannot hold or that turn text around are shown as such", () => {
  expect(escaped("a\0b\u001b[31mc\u202ed\ud800e\tf\n")).toBe(
    "a\ufffdb\ufffd[31mc\ufffdd\ufffde\tf\n",
  );
});
