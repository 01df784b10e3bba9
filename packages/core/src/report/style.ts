/** Colours by name, for bright and for dark surroundings; print takes the bright ones. */
const bright = `--paper:#fff;--ink:#1b1f24;--soft:#57606a;--rule:#d4d9df;--tint:#f4f6f8;--band:#dbe7f7;
--good:#12692f;--fair:#875300;--bad:#b3161e;--link:#0a58b5;
--s1:#0b62c4;--s2:#c25400;--s3:#00795f;--s4:#8a3fa0;--s5:#786500;--s6:#b0003a;`;
const dark = `--paper:#14181d;--ink:#e4e8ed;--soft:#a0a9b4;--rule:#353c45;--tint:#1d232a;--band:#243650;
--good:#6fd08c;--fair:#f0b754;--bad:#ff8a85;--link:#7cb4ff;
--s1:#6aa9ff;--s2:#ff9d57;--s3:#45c9a6;--s4:#cb95e6;--s5:#d8c353;--s6:#ff7d9c;`;

const page = `*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0 auto;padding:16px;max-width:1200px;background:var(--paper);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.25;margin:.2em 0}
h2{font-size:1.25rem;margin:2.2em 0 .6em;padding-bottom:.2em;border-bottom:1px solid var(--rule)}
h3{font-size:1.05rem;margin:1.8em 0 .6em}
a{color:var(--link)}
nav a{display:inline-block;margin-right:1em;padding:.35em 0}
.lead{font-size:1.05rem;margin:.3em 0}
.note,figcaption,.missing{color:var(--soft)}
.note,figcaption{font-size:.86rem}
.missing{font-style:italic}
.notice{border-left:4px solid var(--fair);background:var(--tint);padding:.5em .8em;margin:.8em 0}`;

const tables = `.scroll{overflow-x:auto;margin:.8em 0}
.scroll:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px}
table{border-collapse:collapse;font-size:.88rem;overflow-wrap:normal}
caption{text-align:left;color:var(--soft);padding-bottom:.4em}
caption span{display:inline-block;position:sticky;left:0;max-width:calc(100vw - 40px)}
th,td{text-align:left;vertical-align:top;padding:.35em .9em .35em 0;border-bottom:1px solid var(--rule)}
thead th{color:var(--soft);font-weight:600;white-space:nowrap}
tbody th{font-weight:600;min-width:9em}
td{font-variant-numeric:tabular-nums;max-width:44em;min-width:3.5em;overflow-wrap:break-word}
td:last-child{min-width:13em}.facts td{overflow-wrap:anywhere;min-width:9em}th small{color:var(--soft);font-weight:400}
td code{display:inline-block;min-width:15em}code{overflow-wrap:anywhere;font:.92em ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
summary{cursor:pointer;padding:.35em 0}
.verdict{display:inline-block;padding:0 .5em;border:1px solid currentColor;border-radius:.7em;font-size:.8rem;font-weight:600;white-space:nowrap}
.v-valid{color:var(--good)}.v-suspect{color:var(--fair)}.v-invalid{color:var(--bad)}.v-none{color:var(--soft)}`;

const charts = `.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,340px),1fr));gap:1.2em 2em;align-items:start}
figure{margin:0;min-width:0;max-width:480px}
svg{display:block;width:100%;height:auto;font:11px system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
svg text{fill:var(--ink)}svg .tick,svg .axis{fill:var(--soft)}
.grid{stroke:var(--rule);stroke-width:1}
.dot{fill:var(--s1);fill-opacity:.65}.hollow{fill:none;stroke:var(--fair);stroke-width:1.5}
.cross{fill:none;stroke:var(--bad);stroke-width:1.7}.mean{fill:none;stroke:var(--ink);stroke-width:1.7}
.band,.window{fill:var(--band)}.edge{fill:none;stroke:var(--soft);stroke-dasharray:3 3}
.line{fill:none;stroke-width:1.6;stroke-linejoin:round}.under{stroke-width:3.4;opacity:.6}.weak{stroke-dasharray:2 3;opacity:.7}.under.weak{stroke-dasharray:none;opacity:.25}
.legend{display:block;margin-top:.3em}.key{white-space:nowrap;margin-right:.9em}
.key i{display:inline-block;width:.8em;height:.8em;margin-right:.35em;vertical-align:-.05em}
.k-dot{background:var(--s1);opacity:.65;border-radius:50%}.k-hollow{border:2px solid var(--fair);border-radius:50%}
.k-cross{background:linear-gradient(45deg,transparent 42%,var(--bad) 42% 58%,transparent 58%),linear-gradient(-45deg,transparent 42%,var(--bad) 42% 58%,transparent 58%)}
.k-mean{background:linear-gradient(var(--ink),var(--ink)) center/100% 2px no-repeat,linear-gradient(var(--ink),var(--ink)) center/2px 100% no-repeat}
.k-weak{background:repeating-linear-gradient(90deg,var(--s1) 0 2px,transparent 2px 4px) center/100% 2px no-repeat}
.k-window{background:var(--band);border:1px dashed var(--soft)}`;

const series = [1, 2, 3, 4, 5, 6]
  .map(
    (n) =>
      `.s${n}{stroke:var(--s${n})}.f-s${n}{fill:var(--s${n})}.k-s${n}{background:var(--s${n})}`,
  )
  .join("");

/** Colours of what a CPU does; the last is time the kernel did not account for. */
const cpuParts = ["user", "system", "softirq", "irq", "steal"]
  .map(
    (part, index) =>
      `.c-${part}{fill:var(--s${index + 1})}.k-${part}{background:var(--s${index + 1})}`,
  )
  .concat(".c-unaccounted{fill:var(--rule)}.k-unaccounted{background:var(--rule)}")
  .join("");

const print = `@media print{body{max-width:none;padding:0;font-size:10pt}nav{display:none}
figure,tr,.notice{break-inside:avoid}h2,h3,caption{break-after:avoid}
.scroll{overflow:visible}table{font-size:8pt}td,th,td:last-child{min-width:0;padding-right:.7em}thead th{white-space:normal}tbody th{min-width:6em}
.figures{grid-template-columns:1fr 1fr}
details::details-content{content-visibility:visible;display:block;block-size:auto}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}`;

/** The style sheet of a report; it loads nothing. */
export const style = [
  `:root{color-scheme:light dark;${bright}}`,
  `@media screen and (prefers-color-scheme:dark){:root{${dark}}}`,
  ...[page, tables, charts, series, cpuParts, print],
].join("\n");
