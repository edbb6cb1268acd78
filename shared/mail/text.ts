import type { MailContent, MailSum } from './templates.ts';

/** A mail as plain text, for programs that show no HTML. */
export function textOf({
  event,
  title,
  paragraphs,
  receipt,
  link,
  receiptLink,
  footer,
}: MailContent): string {
  const blocks = [event, title, ...paragraphs];
  if (receipt) {
    const { heading, lines, total, charity, notes } = receipt;
    blocks.push(
      [
        `${heading}:`,
        ...lines.map(({ name, details, amount }) => [`- ${name}: ${amount}`, ...details].join('\n  ')),
      ].join('\n'),
      sum(total),
    );
    if (charity)
      blocks.push(
        [`${charity.heading}:`, ...charity.shares.map((share) => `- ${sum(share)}`), charity.sum].join('\n'),
      );
    blocks.push(...notes);
  }
  if (receiptLink) blocks.push(`${receiptLink.label}:\n${receiptLink.url}`);
  blocks.push(`${link.label}:\n${link.url}\n${link.note}`, `-- \n${footer.join('\n')}`);
  return `${blocks.join('\n\n')}\n`;
}

function sum({ label, amount }: MailSum): string {
  return `${label}: ${amount}`;
}
