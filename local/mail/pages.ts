import { html, raw } from 'hono/html';
import { page } from '../page.ts';
import type { Mail, MailPart } from './store.ts';

const NOTE = 'Mails of this trial run. None of them has left this computer.';

const STYLE = `
.mails { list-style: none; padding: 0; overflow: hidden; }
.mails li + li { border-top: 1px solid var(--line); }
.mails a { display: grid; gap: 0 1rem; padding: .75rem 1.25rem; text-decoration: none; color: inherit; }
.mails a:hover { background: var(--page); }
.mails strong { color: var(--accent); }
.mails time { color: var(--soft); font-size: .875rem; }
@media (min-width: 40rem) {
  .mails a { grid-template-columns: 1fr auto; }
  .mails .soft { grid-row: 2; }
  .mails time { grid-column: 2; grid-row: 1 / span 2; align-self: center; }
}
.facts { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; }
.facts dt { color: var(--soft); }
.frame { padding: .25rem; }
iframe { width: 100%; min-height: 24rem; border: 0; border-radius: 8px; background: #fff; display: block; }
pre { margin: 0; white-space: pre-wrap; font: inherit; }
.files { list-style: none; display: grid; gap: .5rem; }
.top { display: flex; flex-wrap: wrap; gap: .25rem 1rem; justify-content: space-between; align-items: baseline; }
`;

/** Makes the frame as high as the mail in it, so that only the page scrolls. */
const FIT_FRAME = `
const frame = document.querySelector('iframe');
const fit = () => { frame.style.height = frame.contentDocument.documentElement.scrollHeight + 'px'; };
frame.addEventListener('load', fit);
addEventListener('resize', fit);
`;

/** The mails, newest first; `older` is the address of the next page. */
export function listPage(mails: readonly Mail[], total: number, older: string | undefined): Promise<string> {
  const list = html`<ul class="card mails">${mails.map(listItem)}</ul>`;
  const none = html`<p class="card soft">No mails yet. They appear here as soon as the service sends one.</p>`;
  return page({
    title: `Outbox (${total}) · Startline`,
    note: NOTE,
    style: STYLE,
    body: html`<main>
<div class="top"><h1>Outbox</h1><p class="soft">${total === 1 ? '1 mail' : `${total} mails`}</p></div>
${total === 0 ? none : list}
${older === undefined ? '' : html`<p><a href="${older}">Older mails</a></p>`}
</main>`,
  });
}

function listItem({ id, subject, to, sentAt }: Mail) {
  return html`<li><a href="/mail/${id}"><strong>${subject || '(no subject)'}</strong>
<span class="soft">${to.join(', ')}</span>${time(sentAt)}</a></li>`;
}

/** One mail: who, what, its HTML and text, its files. */
export function mailPage(mail: Mail): Promise<string> {
  const { id, subject, from, to, sentAt, text, html: markup, parts } = mail;
  const files = parts.flatMap((part, index) => (part.isInline ? [] : [fileItem(id, part, index)]));
  // The frame may be read by this page's script to learn its height; nothing in it may run a script.
  const shown = html`<section class="card frame" aria-label="The mail">
<iframe src="/mail/${id}/html" title="${subject}"
 sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"></iframe></section>
<script>${raw(FIT_FRAME)}</script>`;
  const plain = html`<details class="card"${markup === undefined ? raw(' open') : ''}><summary>Plain text</summary>
<pre>${text}</pre></details>`;
  return page({
    title: `${subject} · Outbox · Startline`,
    note: NOTE,
    style: STYLE,
    body: html`<main>
<p><a href="/">All mails</a></p>
<div class="card stack"><h1>${subject || '(no subject)'}</h1>
<dl class="facts"><dt>From</dt><dd>${from}</dd><dt>To</dt><dd>${to.join(', ')}</dd><dt>Sent</dt><dd>${time(sentAt)}</dd></dl>
<p><a href="/mail/${id}/raw">The message as it was sent (.eml)</a></p></div>
${markup === undefined ? '' : shown}
${plain}
${files.length === 0 ? '' : html`<section class="card stack"><h2>Attachments</h2><ul class="files">${files}</ul></section>`}
</main>`,
  });
}

function fileItem(id: string, { name, type, content }: MailPart, index: number) {
  return html`<li><a href="/mail/${id}/parts/${index}">${name}</a> <span class="soft">${type}, ${size(content)}</span></li>`;
}

function size({ length }: Uint8Array): string {
  return length < 1024 ? `${length} bytes` : `${Math.ceil(length / 1024)} KB`;
}

/** In this computer's time zone: the reader sits at it. */
function time(iso: string) {
  const shown = new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
  return html`<time datetime="${iso}">${shown}</time>`;
}

/**
 * The HTML of a mail as it is shown in the frame: images it refers to by content id come from the mail, and
 * links open outside of the frame.
 */
export function framedHtml({ id, html: markup = '', parts }: Mail): string {
  const withImages = markup.replace(/\bcid:([^"'\s)>]+)/gi, (whole, contentId: string) => {
    const index = parts.findIndex((part) => part.contentId === contentId);
    return index === -1 ? whole : `/mail/${id}/parts/${index}`;
  });
  const base = '<base target="_blank">';
  return /<head[^>]*>/i.test(withImages)
    ? withImages.replace(/<head[^>]*>/i, (head) => head + base)
    : base + withImages;
}
