import type { Play, Played } from './simulate.ts';

/** Lines of a history that are shown. */
const mostLines = 60;

/** What went wrong in a play, what led there, and how to see it again. */
export function story({ seed, steps, without = [] }: Play, { violation, digest }: Played): string {
  if (!violation) return '';
  // What passed as it should says little: what began, was answered or failed is the story.
  const told = violation.history.filter((line) => !/^\d+ (?:(?:before|after) [^[]*|done)$/.test(line));
  const shown = told.slice(-mostLines);
  return [
    '',
    `Seed ${seed} after ${violation.step} of ${steps} steps (${digest}): ${violation.message}`,
    ...(shown.length < told.length ? [`  … ${told.length - shown.length} lines before`] : []),
    ...shown.map((line) => `  ${line}`),
    'See it again:',
    `  npm run simulate -- --seeds 1 --first-seed ${seed} --steps ${steps}${without.map((fault) => ` --without '${fault}'`).join('')}`,
    '',
  ].join('\n');
}

/** How often each fault was met, and how often all held nevertheless. */
export function faultTable(results: readonly Played[]): string {
  const rows = new Map<string, { injected: number; survived: number }>();
  for (const { faults, violation } of results)
    for (const [name, times] of Object.entries(faults)) {
      const { injected, survived } = rows.get(name) ?? { injected: 0, survived: 0 };
      rows.set(name, { injected: injected + times, survived: survived + (violation ? 0 : times) });
    }
  const width = Math.max(5, ...[...rows.keys()].map(({ length }) => length));
  const row = (name: string, injected: string | number, survived: string | number) =>
    `${name.padEnd(width)}  ${String(injected).padStart(8)}  ${String(survived).padStart(8)}`;
  return [
    row('fault', 'injected', 'survived'),
    ...[...rows]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { injected, survived }]) => row(name, injected, survived)),
  ].join('\n');
}
