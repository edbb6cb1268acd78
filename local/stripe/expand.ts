import type { Core } from './core.ts';
import { invalidParam } from './errors.ts';
import { makeList } from './objects/list.ts';

function find(core: Core, id: string): object | undefined {
  const { charges, disputes, events, intents, payouts, refunds, sessions, transactions, warnings } =
    core.state;
  const tables = [sessions, intents, charges, transactions, refunds, disputes, warnings, payouts, events];
  for (const table of tables) {
    const found = table.get(id);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Lists that an object holds only when asked for. */
function includable(core: Core, owner: Record<string, unknown>, name: string): unknown {
  const id = String(owner.id);
  if (name === 'line_items' && owner.object === 'checkout.session') {
    const lines = core.state.checkouts.get(id)?.lineItems ?? [];
    return makeList(lines, false, `/v1/checkout/sessions/${id}/line_items`);
  }
  if (name === 'refunds' && owner.object === 'charge') {
    return makeList([...core.state.refunds.by('charge', id)], false, `/v1/charges/${id}/refunds`);
  }
  return owner[name];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function expandPath(core: Core, value: unknown, path: readonly string[], full: string): unknown {
  const [name, ...rest] = path;
  if (name === undefined || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => expandPath(core, item, path, full));
  const field = isRecord(value) ? includable(core, value, name) : undefined;
  const target = typeof field === 'string' ? find(core, field) : field;
  if (!isRecord(value) || target === undefined) {
    throw invalidParam({ param: 'expand', message: `This property cannot be expanded (${full}).` });
  }
  return { ...value, [name]: expandPath(core, target, rest, full) };
}

/** The answer with the ids at these dotted paths replaced by their objects (docs.stripe.com/api/expanding_objects). */
export function expand(core: Core, answer: unknown, paths: readonly string[] = []): unknown {
  return paths.reduce((value, path) => expandPath(core, value, path.split('.'), path), answer);
}
