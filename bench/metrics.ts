/** Figures of one run for machines, by name: `rush.holdsRatio`, … */
export type Metrics = Record<string, number>;

/** What each figure must be, where something is asked of it. */
const targets: Readonly<Record<string, { atLeast: number } | { atMost: number }>> = {
  'rush.holdsRatio': { atLeast: 0.8 },
  'rush.paidRatio': { atLeast: 0.6 },
  'rush.oversold': { atMost: 0 },
  'rush.unanswered': { atMost: 0 },
  'cost.writeUnitsPerPaidEntry': { atMost: 25 },
  'cost.readUnitsPerPaidEntry': { atMost: 6 },
  'cost.hottestKeyShare': { atMost: 0.03 },
  'flatness.readUnitsAt999': { atMost: 10 },
  'flatness.readUnitsSoldOut': { atMost: 1 },
};

/** Rounded so that people can read it. */
export function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 0.1 ? 4 : 2);
}

/** Metrics beside their targets, a line each. */
export function describeMetrics(metrics: Metrics): string {
  const rows = Object.entries(metrics).map(([name, value]) => {
    const target = targets[name];
    if (!target) return [name, figure(value), '', ''];
    const reached = 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
    const asked = 'atLeast' in target ? `at least ${target.atLeast}` : `at most ${target.atMost}`;
    return [name, figure(value), asked, reached ? 'reached' : 'missed'];
  });
  return table(['metric', 'measured', 'target', ''], rows);
}

/** Lines of a table with aligned columns; the first column is text, the others are numbers or short words. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
