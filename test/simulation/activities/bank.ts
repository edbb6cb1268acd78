import { isInSuspense, listBankPayments } from '../../../shared/payments/bank-transfer/lines.ts';
import { referenceOf } from '../../../shared/payments/bank-transfer/reference.ts';
import { openBankRefunds } from '../../../shared/payments/bank-transfer/refund.ts';
import { payer } from '../../support/transferring.ts';
import type { StatementLine } from '../memory.ts';
import { type Activity, type Scene, Violation } from '../scene.ts';
import type { Desk } from './desk.ts';

const askForInvoice: Activity = {
  name: 'ask for an invoice',
  weight: 6,
  begin: async (scene) => {
    const { chance, memory } = scene;
    const open = memory.orders.filter(({ state }) => state === 'held' || state === 'paying');
    const order = chance.pick(open.slice(-10));
    const company = chance.pick(payers);
    if (!order || !company) return false;
    const path = `/api/orders/${order.token}/invoice`;
    await scene.send({ to: 'public-api', method: 'POST', path, body: { payer: company } }, (answer) => {
      if (answer.status >= 300) return;
      order.state = answer.body.state;
      const [id = ''] = order.token.split('.');
      order.invoice ??= { reference: referenceOf(id, 1), sent: 0 };
    });
    return true;
  },
};

const payers = [payer, { company: 'ТОО «Арлан»', businessId: '270140000027' }];

/** The bank's number of a day, as it stands on a statement. */
const today = ({ clock }: Scene) => new Date(clock.now()).toISOString().slice(0, 10);

/** How a company gets the reference wrong, or right. */
const texts = [
  { weight: 10, write: (reference: string) => `Оплата по счёту ${reference}` },
  {
    weight: 2,
    write: (reference: string) => `${reference.slice(0, 4)} ${reference.slice(4, 7)}-${reference.slice(7)}`,
  },
  { weight: 1, write: (reference: string) => `Счёт ${reference.slice(0, 9)}` },
  { weight: 1, write: () => 'Стартовый взнос' },
];

const transfer: Activity = {
  name: 'a company sends a bank transfer',
  weight: 8,
  begin: (scene) => {
    const { chance, memory, event } = scene;
    const invoices = memory.orders.flatMap(({ invoice, total }) => (invoice ? { invoice, total } : []));
    const unpaid = invoices.filter(({ invoice, total }) => invoice.sent < total);
    // Who has sent a part sends the rest.
    const begun = unpaid.filter(({ invoice }) => invoice.sent > 0);
    const to =
      (chance.happens(0.5) ? chance.pick(begun) : undefined) ??
      chance.pick(chance.happens(0.85) ? unpaid.slice(-8) : invoices);
    const wrong = chance.weighted([
      { weight: 6, by: 0 },
      { weight: 3, by: -1 },
      { weight: 2, by: 1 },
    ]);
    const share = chance.between(1, 900_000);
    const text = chance.weighted(texts);
    const other = chance.happens(0.05) ? chance.pick(invoices) : undefined;
    if (!to || !text) return false;
    const { invoice, total } = to;
    const due = invoice.sent < total ? total - invoice.sent : total;
    const amount = Math.max(1, due + (wrong?.by ?? 0) * share);
    const line: StatementLine = {
      line: `S-${memory.statement.length + 1}`,
      date: today(scene),
      amount: { amount, currency: event.currency },
      text: text.write(invoice.reference) + (other ? ` ${other.invoice.reference}` : ''),
      payer: { name: payer.company, businessId: payer.businessId },
    };
    memory.statement.push(line);
    invoice.sent += amount;
    scene.note(`${line.line}: ${amount} of ${due} with "${line.text}"`);
    return true;
  },
};

/** Staff enter a line of the statement. */
function enter(scene: Scene, send: Desk, line: StatementLine): Promise<boolean> {
  return send(scene, { method: 'POST', path: 'bank-payments', body: line }, ({ status }) => {
    if (status < 300) scene.memory.recorded.add(line.line);
  });
}

/** What staff do with the bank's statement. */
export const bank = (send: Desk): readonly Activity[] => [
  askForInvoice,
  transfer,
  {
    name: 'staff record a bank payment',
    weight: 8,
    begin: (scene) => {
      const { chance, memory } = scene;
      const { statement, recorded } = memory;
      const line = chance.pick(
        chance.happens(0.85) ? statement.filter((one) => !recorded.has(one.line)) : statement.slice(-10),
      );
      return line ? enter(scene, send, line) : false;
    },
  },
  {
    name: 'staff record a bank payment with a slip',
    weight: 1,
    begin: (scene) => {
      const { chance, memory } = scene;
      const line = chance.pick(memory.statement.filter((one) => memory.recorded.has(one.line)));
      if (!line) return false;
      const { amount, currency } = line.amount;
      const body = { ...line, amount: { amount: amount + 1, currency } };
      return send(scene, { method: 'POST', path: 'bank-payments', body }, ({ status }) => {
        if (status < 300) throw new Violation(`The bank payment ${line.line} was recorded with two amounts.`);
      });
    },
  },
  {
    name: 'staff settle money in suspense',
    weight: 4,
    begin: async (scene) => {
      const { chance, memory, service } = scene;
      const { suspense, month } = await listBankPayments(service.db, today(scene).slice(0, 7));
      // Now and then one that is settled, as on an old page.
      const payment = chance.pick(chance.happens(0.9) ? suspense.filter(isInSuspense) : month);
      const invoice = chance.pick(memory.orders.flatMap((order) => order.invoice ?? []));
      const isReturned = chance.happens(0.4);
      if (!payment) return false;
      const path = `bank-payments/${payment.id}`;
      if (isReturned) {
        const body = { reference: `OUT-${payment.line}`, date: today(scene) };
        return send(scene, { method: 'POST', path: `${path}/return`, body });
      }
      if (!invoice) return false;
      return send(scene, { method: 'POST', path: `${path}/assign`, body: { to: invoice.reference } });
    },
  },
  {
    name: 'staff send a refund by bank',
    weight: 3,
    begin: async (scene) => {
      const refund = scene.chance.pick(await openBankRefunds(scene.service.db));
      return refund ? sendBack(scene, send, refund) : false;
    },
  },
];

function sendBack(
  scene: Scene,
  send: Desk,
  { id, payment }: { id: string; payment: string },
): Promise<boolean> {
  const body = { reference: `OUT-${id}`, date: today(scene) };
  return send(scene, { method: 'POST', path: `bank-refunds/${payment}/${id}/sent`, body });
}

/** Staff come to the end of the statement: all that came is recorded. */
export async function recordStatement(scene: Scene, send: Desk, ended: () => Promise<void>): Promise<void> {
  const { statement, recorded } = scene.memory;
  for (const line of statement) {
    if (recorded.has(line.line)) continue;
    await enter(scene, send, line);
    await ended();
  }
}

/** Staff send every refund that is to go by bank. */
export async function sendRefunds(scene: Scene, send: Desk, ended: () => Promise<void>): Promise<void> {
  for (const refund of await openBankRefunds(scene.service.db)) {
    await sendBack(scene, send, refund);
    await ended();
  }
}
