import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

/** Markup whose values were escaped. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f2a; --soft: #545c6b; --line: #d8dde5; --page: #f5f6f8; --card: #fff;
  --accent: #0b57d0; --on-accent: #fff; --bad: #a8123c; --bad-page: #fdecf0; --note: #5e3a00; --note-page: #fff1d0; }
@media (prefers-color-scheme: dark) { :root { --ink: #eceef2; --soft: #a9b1bf; --line: #363d49; --page: #14171c;
  --card: #1d2128; --accent: #9cc0ff; --on-accent: #0a2350; --bad: #ffb1c2; --bad-page: #4a1424; --note: #ffe2a3;
  --note-page: #3d2c05; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); -webkit-text-size-adjust: 100%; overflow-wrap: anywhere;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
a { color: var(--accent); }
h1 { font-size: 1.375rem; line-height: 1.3; margin: 0; }
h2 { font-size: 1rem; margin: 0; }
p, dl, dd, ul { margin: 0; padding: 0; }
.note { background: var(--note-page); color: var(--note); text-align: center; padding: .5rem 1rem; font-size: .875rem;
  font-weight: 600; }
main { margin: 0 auto; padding: 1.5rem 1rem 3rem; display: grid; gap: 1rem; max-width: 56rem; }
main.narrow { max-width: 26rem; padding-top: max(1.5rem, 8vh); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem; min-width: 0; }
.stack { display: grid; gap: 1rem; }
.soft { color: var(--soft); font-size: .9375rem; }
.alert { background: var(--bad-page); color: var(--bad); border-radius: 8px; padding: .75rem 1rem; font-weight: 550; }
label { display: block; font-weight: 550; font-size: .9375rem; margin-bottom: .25rem; }
input { width: 100%; min-height: 2.875rem; padding: .6rem .75rem; font: inherit; color: inherit; background: var(--card);
  border: 1px solid #7d8797; border-radius: 8px; }
button { font: inherit; font-weight: 600; cursor: pointer; width: 100%; min-height: 3rem; border: 0; border-radius: 8px;
  padding: .5rem 1rem; background: var(--accent); color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;

/**
 * A whole HTML page of the local run's tools. `note` is the banner that says what this is; `style` is added
 * to the common one.
 */
export async function page(content: {
  readonly language?: string;
  readonly title: string;
  readonly note: string;
  readonly body: Markup;
  readonly style?: string;
}): Promise<string> {
  const { language = 'en', title, note, body, style = '' } = content;
  const document = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${raw(STYLE + style)}</style>
</head>
<body>
<header class="note">${note}</header>
${body}
</body>
</html>
`;
  return String(await document);
}
