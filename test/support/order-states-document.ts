import { orderStates } from '../../shared/contracts/orders.ts';
import { answers, follows, type OrderEvent, orderEvents, orderTable } from '../../shared/orders/states.ts';

const states = [...orderStates];
const events = Object.keys(orderEvents).filter((name): name is OrderEvent => name in orderEvents);

/** A table as the formatter leaves it: columns as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

function diagram(): string {
  const arrows = new Map<string, string[]>();
  for (const state of states)
    for (const event of events) {
      const to = follows(state, event);
      if (to === undefined || to === state) continue;
      const key = `${state} --> ${to}`;
      arrows.set(key, [...(arrows.get(key) ?? []), event]);
    }
  return [
    'stateDiagram-v2',
    '  [*] --> held',
    ...[...arrows].map(([arrow, by]) => `  ${arrow}: ${by.join(', ')}`),
  ].join('\n');
}

const code = (text: string) => `\`${text}\``;

/** `docs/order-states.md`, from the table itself. */
export function orderStatesDocument(): string {
  return `# The states of an order

This page is made from \`orderTable\` in \`shared/orders/states.ts\`; a test compares it, and
\`npx vitest run --project unit test/unit/states.test.ts -u\` writes it anew.

\`\`\`mermaid
${diagram()}
\`\`\`

Arrows are the events that lead to another state. Only one pair follows one another: an order that is \`refunded\` is
\`refund_due\` again when more money is owed back, as when a refund fails after it had succeeded.

## Events

${table([['event', 'what it says'], ...events.map((event) => [code(event), orderEvents[event]])])}

## Every pair

Rows are events, columns are states. In code letters: the state that follows, or \`=\` where the event is accepted and the
state stays. In plain letters: why it changes nothing.

${table([
  ['event', ...states.map(code)],
  ...events.map((event) => [
    code(event),
    ...states.map((state) => {
      const to = follows(state, event);
      return to === undefined ? orderTable[state][event] : code(to === state ? '=' : to);
    }),
  ]),
])}

${table([['answer', 'why nothing changes'], ...Object.entries(answers)])}
`;
}
