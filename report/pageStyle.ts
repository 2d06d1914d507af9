/** The look of a page, on a screen and on paper. */
export const PAGE_STYLE = `
:root { color-scheme: light; --ink: #1a1a1a; --pale: #666; --rule: #d8d8d8; --accent: #0072b2; --good: #00664b; --bad: #b34700; }
* { box-sizing: border-box; }
html { font: 17px/1.5 Charter, 'Bitstream Charter', 'Iowan Old Style', 'Source Serif 4', Georgia, 'DejaVu Serif', serif; color: var(--ink); background: #fff; }
body { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.5rem 5rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .4rem; }
h2 { font-size: 1.4rem; margin: 3rem 0 .8rem; padding-top: .6rem; border-top: 2px solid var(--ink); }
h3 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
a { color: var(--accent); }
.subtitle { color: var(--pale); margin: 0 0 1.2rem; }
nav ol { margin: 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
code, pre { font-family: 'JetBrains Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace; font-size: .82em; overflow-wrap: anywhere; }
.katex { font-size: 1.08em; }
.equation { overflow-x: auto; overflow-y: hidden; margin: .7rem 0; padding: .1rem 0; }
.equation .katex-display { margin: 0; text-align: left; padding-left: 1.5rem; }
.equation .katex-display > .katex { text-align: left; }
.table { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums lining-nums; border-top: 1.5px solid var(--ink); border-bottom: 1.5px solid var(--ink); }
caption { text-align: left; color: var(--pale); padding-bottom: .4rem; }
th, td { padding: .22rem .55rem; text-align: left; white-space: nowrap; }
th { border-bottom: 1px solid var(--ink); font-weight: 600; vertical-align: bottom; }
td:first-child code { white-space: normal; }
td.number, th.number { text-align: right; }
tr.disagree td { background: #fdebd6; }
figure { margin: 1.5rem 0; }
figure svg { display: block; max-width: 100%; height: auto; }
figcaption { color: var(--pale); font-size: .88rem; margin-top: .3rem; }
.drawing { overflow-x: auto; margin: .6rem 0; }
.drawing svg { max-width: 100%; height: auto; border: 1px solid var(--rule); }
.verdict { border-left: 5px solid var(--pale); background: #f4f4f4; padding: .6rem 1rem; margin: 1rem 0; }
.verdict.agree { border-color: var(--good); }
.verdict.agree strong { color: var(--good); }
.verdict.disagree { border-color: var(--bad); }
.verdict.disagree strong { color: var(--bad); }
details { margin: .8rem 0; }
summary { cursor: pointer; color: var(--accent); }
pre.source { background: #f7f7f7; padding: .8rem 1rem; line-height: 1.45; counter-reset: line; white-space: pre-wrap; }
pre.source .line { display: block; min-height: 1.45em; padding-left: 5.2em; text-indent: -5.2em; }
pre.source .line::before { counter-increment: line; content: counter(line); display: inline-block; width: 2.2em; margin-right: 1em; text-align: right; text-indent: 0; color: #8a8a8a; }
pre.source .comment { color: var(--pale); font-style: italic; }
@media print {
  @page { margin: 18mm; }
  html { font-size: 10pt; }
  body { max-width: none; padding: 0; }
  nav { display: none; }
  h2, h3, summary { break-after: avoid; }
  figure, .equation, .verdict, .drawing, .drawing svg, tr { break-inside: avoid; }
  .table { break-inside: avoid; overflow: visible; }
  table { font-size: 7.2pt; }
  th, td { padding: .15rem .35rem; }
  pre.source { background: none; border: 1px solid var(--rule); }
  a { color: inherit; text-decoration: none; }
}
`;
