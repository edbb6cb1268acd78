import { readFileSync } from 'node:fs';
import { readCatalogueFile } from '../../shared/catalogue/file.ts';
import { type OrderView, orderView } from '../../shared/contracts/orders.ts';

const read = readCatalogueFile(
  JSON.parse(readFileSync(new URL('../../events/almaty-marathon-2027.json', import.meta.url), 'utf8')),
);
if ('faults' in read) throw new Error(read.faults.join('; '));

/** The event of `events/almaty-marathon-2027.json`, and its codes. */
export const { event: almaty, promoCodes: almatyCodes } = read;

const tenge = (amount: number) => ({ amount: amount * 100, currency: 'KZT' });

function entryLine(number: number, runnerName: string, id: string, price: number, project: string) {
  const distance = almaty.distances.find((found) => found.id === id);
  return {
    kind: 'entry',
    entry: `ent_${String(number).padStart(26, '0')}`,
    distance: id,
    distanceName: distance?.name,
    startsAt: distance?.startsAt,
    place: 100 + number,
    runnerName,
    price: tenge(price),
    shares: [{ project, amount: tenge(price / 4) }],
    ticket: `ent_${String(number).padStart(26, '0')}.${100 + number}.0123456789abcdefghjkmnpqrs`,
  };
}

/** A paid order of two entries and a gift: 40,000 ₸, of which 13,750 ₸ for charity. */
export function paidOrder(changes: Partial<OrderView> = {}): OrderView {
  return orderView.parse({
    id: 'ord_0123456789abcdefghjkmnpqrs',
    token: 'ord_0123456789abcdefghjkmnpqrs.t0ken56789abcdefghjkmnpqrs',
    state: 'paid',
    event: { id: almaty.id, name: almaty.name, raceDay: almaty.raceDay, zone: almaty.zone },
    lines: [
      entryLine(1, 'Әлия Нұрланқызы', 'half-marathon', 20_000, 'child-rehabilitation'),
      entryLine(2, 'Ерлан Сағынтаев', 'marathon', 15_000, 'city-trees'),
      { kind: 'donation', project: 'city-trees', amount: tenge(5_000), message: 'Қала жасыл болсын!' },
    ],
    total: tenge(40_000),
    shares: [
      { project: 'child-rehabilitation', amount: tenge(5_000) },
      { project: 'city-trees', amount: tenge(8_750) },
    ],
    projects: almaty.projects.filter(({ id }) => id === 'child-rehabilitation' || id === 'city-trees'),
    createdAt: '2026-11-24T06:00:00.000Z',
    paidAt: '2026-11-24T06:05:00.000Z',
    locale: 'ru',
    ...changes,
  });
}

/** A paid gift of 5,000 ₸, with the donor's name. */
export function paidGift(changes: Partial<OrderView> = {}): OrderView {
  return paidOrder({
    lines: [{ kind: 'donation', project: 'city-trees', amount: tenge(5_000), name: 'Ерлан С.' }],
    total: tenge(5_000),
    shares: [{ project: 'city-trees', amount: tenge(5_000) }],
    ...changes,
  });
}
