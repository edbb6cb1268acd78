/** The style of the double's pages: the system's font and one accent. */
export const STYLE = `
:root { color-scheme: light; --ink: #1a1f36; --soft: #4f566b; --line: #d5dbe1; --page: #f6f8fa; --card: #fff;
  --accent: #0a58ca; --accent-ink: #fff; --bad: #b3093c; --bad-page: #fff0f3; --test: #6b3d00; --test-page: #fff3d6; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI",
  Roboto, "Noto Sans", sans-serif; -webkit-text-size-adjust: 100%; }
a { color: var(--accent); }
h1, h2, p, ul, dl, table, fieldset { margin: 0; padding: 0; }
h1 { font-size: 1.25rem; line-height: 1.3; }
h2 { font-size: 1rem; }
.test { background: var(--test-page); color: var(--test); text-align: center; padding: .5rem 1rem; font-weight: 600;
  font-size: .875rem; text-wrap: balance; }
main { max-width: 64rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; display: grid; gap: 1.5rem; }
main > * { min-width: 0; }
.card { background: var(--card); border-radius: 12px; padding: 1.25rem; box-shadow: 0 1px 2px #0a0f2514, 0 4px 16px #0a0f250f; }
.stack > * + * { margin-top: 1rem; }
.soft { color: var(--soft); font-size: .9375rem; }
.summary .amount { font-size: 2.25rem; font-weight: 650; letter-spacing: -.02em; line-height: 1.2; }
.lines { list-style: none; }
.lines li, .sum { display: flex; justify-content: space-between; gap: 1rem; padding: .75rem 0;
  border-top: 1px solid var(--line); }
.lines li span:last-child, .sum span:last-child { white-space: nowrap; font-variant-numeric: tabular-nums; }
.lines .soft { display: block; }
.sum { font-weight: 650; }
fieldset { border: 0; min-width: 0; }
legend { padding: 0; font-weight: 600; margin-bottom: .5rem; }
label { display: block; font-weight: 550; font-size: .9375rem; margin-bottom: .25rem; }
input[type=text], input[type=email] { width: 100%; font: inherit; color: inherit; background: #fff; padding: .65rem .75rem;
  border: 1px solid #8792a2; border-radius: 8px; min-height: 2.875rem; }
input[aria-invalid=true] { border-color: var(--bad); box-shadow: 0 0 0 1px var(--bad); }
input:focus-visible, button:focus-visible, a:focus-visible, summary:focus-visible { outline: 3px solid #86b7fe;
  outline-offset: 1px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; align-items: start; }
.choice { display: flex; gap: .75rem; align-items: flex-start; padding: .75rem; border: 1px solid var(--line);
  font-weight: 550; margin: 0; cursor: pointer; }
.choice:first-of-type { border-radius: 8px 8px 0 0; }
.choice:last-of-type { border-radius: 0 0 8px 8px; border-top: 0; }
.choice input { width: 1.125rem; height: 1.125rem; margin: .2rem 0 0; flex: none; accent-color: var(--accent); }
.choice .soft { display: block; font-weight: 400; }
.method:has(#debit:checked) ~ .card-fields { display: none; }
.error { color: var(--bad); font-size: .875rem; margin-top: .25rem; }
.alert { background: var(--bad-page); color: var(--bad); border-radius: 8px; padding: .75rem 1rem; font-weight: 550; }
button { font: inherit; font-weight: 600; cursor: pointer; border-radius: 8px; min-height: 2.75rem; padding: .5rem 1rem;
  border: 1px solid #8792a2; background: #fff; color: var(--ink); }
button.main, button.wide { width: 100%; min-height: 3.125rem; }
button.main { background: var(--accent); border-color: var(--accent);
  color: var(--accent-ink); }
button.main:hover { background: #084aab; }
.leave { text-align: center; }
.leave a { display: inline-block; padding: .5rem; }
.notice, .notice + .dev { width: 100%; max-width: 32rem; margin: 0 auto; }
.notice { margin-top: 2rem; text-align: center; }
.alert:focus { outline: none; }
.dev { border: 1px dashed #8792a2; border-radius: 12px; padding: .75rem 1.25rem; }
.dev summary { cursor: pointer; font-weight: 600; padding: .25rem 0; }
.dev dl { display: grid; grid-template-columns: auto 1fr; gap: .125rem 1rem; font-size: .875rem; }
.dev dt { font-family: ui-monospace, Menlo, Consolas, monospace; white-space: nowrap; }
.dev dd { margin: 0; color: var(--soft); }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; }
@media (min-width: 56rem) {
  main.checkout { grid-template-columns: 1fr 27rem; grid-template-areas: "summary pay" "dev pay"; gap: 2rem 4rem;
    padding-top: 3rem; grid-template-rows: auto 1fr; }
  .checkout .summary { grid-area: summary; } .checkout .pay { grid-area: pay; align-self: start; }
  .checkout .dev { grid-area: dev; align-self: start; }
  .card { padding: 1.75rem; }
}
@media (max-width: 24rem) { .dev dl { grid-template-columns: 1fr; } .dev dd { margin-bottom: .5rem; } }
`;

/** What the list of the developer's page needs beside that. */
export const DASHBOARD_STYLE = `
main { max-width: 80rem; }
table { width: 100%; border-collapse: collapse; font-size: .875rem; }
th, td { text-align: left; padding: .5rem .75rem .5rem 0; border-top: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 600; border-top: 0; }
td:first-child, td code { white-space: nowrap; }
td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .8125rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
.figures { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; }
.figures dt { color: var(--soft); font-size: .875rem; } .figures dd { margin: 0; font-size: 1.375rem; font-weight: 650; }
td button { min-height: 2rem; padding: .125rem .625rem; font-size: .8125rem; }
.state { display: inline-block; border-radius: 99px; padding: 0 .5rem; background: #e9edf2; white-space: nowrap; }
.state.good { background: #d7f7e0; color: #05512a; } .state.bad { background: var(--bad-page); color: var(--bad); }
.state.wait { background: var(--test-page); color: var(--test); }
`;
