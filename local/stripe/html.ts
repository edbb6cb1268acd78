/** Markup that needs no escaping any more. */
export type Html = { readonly markup: string };

type Part = Html | Html[] | number | string | null;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function render(part: Part): string {
  if (part === null) return '';
  if (Array.isArray(part)) return part.map(render).join('');
  if (typeof part === 'object') return part.markup;
  return String(part).replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
}

/** A template whose values are escaped; null leaves nothing, and markup made by it goes in as it is. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  const markup = strings.map((text, index) => (index === 0 ? text : render(parts[index - 1] ?? null) + text));
  return { markup: markup.join('') };
}
