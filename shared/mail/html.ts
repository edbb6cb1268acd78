import { html, raw } from 'hono/html';
import type { MailCharity, MailContent, MailLine, MailReceipt, MailSum } from './templates.ts';

// Mail programs know tables and inline styles; those that know more take the dark colours from the style sheet.
const font = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif";
const ink = 'color:#1b2430';
const soft = 'color:#55606e';
const rule = 'border-top:1px solid #dde3ea';
const darkStyle = raw(`<style>
@media (prefers-color-scheme: dark) {
  .page { background: #12161c !important; }
  .card { background: #1c222b !important; border-color: #333c48 !important; }
  .ink { color: #eef1f5 !important; }
  .soft { color: #aab4c1 !important; }
  .rule { border-color: #333c48 !important; }
  .button { background: #5ecfa5 !important; color: #06281c !important; }
}
</style>`);

/** The content id by which the HTML refers to the QR code of an entry. */
export function codeId(entry: string): string {
  return `${entry}@code.startline`;
}

/** A mail as an HTML page. Every value is escaped. */
export async function htmlOf({
  locale,
  subject,
  event,
  title,
  paragraphs,
  receipt,
  link,
  receiptLink,
  footer,
}: MailContent): Promise<string> {
  const page = await html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${subject}</title>
${darkStyle}
</head>
<body class="page" style="margin:0;padding:0;background:#f3f5f8;${font}">
<table role="presentation" class="page" width="100%" cellspacing="0" cellpadding="0" style="background:#f3f5f8">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" class="card" width="100%" cellspacing="0" cellpadding="0" style="max-width:560px;background:#ffffff;border:1px solid #dde3ea;border-radius:12px">
<tr><td class="ink" style="padding:28px 24px 8px;${ink}">
<div class="soft" style="margin:0 0 6px;font-size:14px;line-height:1.4;${soft}">${event}</div>
<h1 style="margin:0 0 12px;font-size:24px;line-height:1.25">${title}</h1>
${paragraphs.map((text) => html`<p style="margin:0 0 12px;font-size:16px;line-height:1.5">${text}</p>`)}
</td></tr>
${receipt ? receiptRows(receipt) : ''}
<tr><td style="padding:16px 24px 8px">
<a class="button" href="${link.url}" style="display:inline-block;padding:13px 22px;border-radius:8px;background:#0a6b4b;color:#ffffff;font-size:16px;font-weight:600;text-decoration:none">${link.label}</a>
</td></tr>
${receiptLink ? html`<tr><td style="padding:0 24px 8px;font-size:16px"><a class="ink" href="${receiptLink.url}" style="${ink}">${receiptLink.label}</a></td></tr>` : ''}
<tr><td class="soft" style="padding:4px 24px 28px;font-size:14px;line-height:1.5;${soft}">${link.note}</td></tr>
</table>
<table role="presentation" width="100%" cellspacing="0" cellpadding="0" style="max-width:560px">
<tr><td class="soft" style="padding:16px 24px;font-size:13px;line-height:1.5;overflow-wrap:anywhere;${soft}">${footer.map((text) => html`<div>${text}</div>`)}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
  return page.toString();
}

function receiptRows({ heading, lines, total, charity, notes }: MailReceipt) {
  return html`<tr><td class="ink" style="padding:8px 24px;${ink}">
${headingOf(heading)}
<table role="presentation" width="100%" cellspacing="0" cellpadding="0">
${lines.map(lineRows)}
${sumRow(total, true)}
</table>
${charity ? charityTable(charity) : ''}
${notes.map((text) => html`<p class="soft" style="margin:12px 0 0;font-size:14px;line-height:1.5;${soft}">${text}</p>`)}
</td></tr>`;
}

function headingOf(text: string) {
  return html`<h2 style="margin:12px 0 8px;font-size:17px;line-height:1.3">${text}</h2>`;
}

function lineRows({ name, details, amount, code }: MailLine) {
  return html`<tr>
<td class="rule" valign="top" style="padding:12px 12px 12px 0;${rule};font-size:16px;line-height:1.45;overflow-wrap:anywhere"><strong>${name}</strong>${details.map(
    (detail) => html`<div class="soft" style="font-size:15px;${soft}">${detail}</div>`,
  )}</td>
<td class="rule" valign="top" align="right" style="padding:12px 0;${rule};font-size:16px;line-height:1.45;white-space:nowrap">${amount}</td>
</tr>
${
  code
    ? html`<tr><td colspan="2" align="center" style="padding:4px 0 16px">
<img src="cid:${codeId(code.entry)}" width="200" height="200" alt="${code.label}" style="display:block;background:#ffffff;border-radius:8px">
<div class="soft" style="padding-top:6px;font-size:14px;${soft}">${code.hint}</div>
</td></tr>`
    : ''
}`;
}

function charityTable({ heading, shares, sum }: MailCharity) {
  return html`${headingOf(heading)}
<table role="presentation" width="100%" cellspacing="0" cellpadding="0">
${shares.map((share) => sumRow(share, false))}
</table>
<p style="margin:8px 0 0;font-size:15px;line-height:1.5">${sum}</p>`;
}

function sumRow({ label, amount }: MailSum, strong: boolean) {
  const style = `padding:10px 0;${rule};font-size:16px;line-height:1.45${strong ? ';font-weight:700' : ''}`;
  return html`<tr>
<td class="rule" style="${style};padding-right:12px">${label}</td>
<td class="rule" align="right" valign="top" style="${style};white-space:nowrap">${amount}</td>
</tr>`;
}
