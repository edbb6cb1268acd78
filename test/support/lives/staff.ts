import { randomUUID } from 'node:crypto';
import { dayIn } from '../../../shared/catalogue/time.ts';
import { bookParts } from '../../../shared/ledger/book.ts';
import { commit } from '../../../shared/platform/database.ts';
import { raiseMatter } from '../../../shared/staff/matters.ts';
import type { TestApi } from '../api.ts';

/** Asks the staff API as a person with a role; what is not answered well is an error. */
export async function asStaff(
  api: TestApi,
  role: string,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
) {
  const key = method === 'POST' ? { 'idempotency-key': randomUUID() } : {};
  const answer = await api.call(method, `/api/staff${path}`, {
    ...(body !== undefined && { body }),
    headers: { ...key, authorization: `Bearer ${await api.token([role], `${role}@startline.test`)}` },
  });
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.body;
}

/** Money that is for no project yet, as orders of an event give it whose projects are chosen later. */
async function creditUnassigned(api: TestApi, amount: number): Promise<void> {
  const now = api.world.now().toISOString();
  const booking = bookParts({
    fact: `pi_${randomUUID()} paid`,
    keyDay: now.slice(0, 10),
    event: 'test-race',
    currency: 'KZT',
    occurredAt: now,
    day: now.slice(0, 10),
    postings: [
      { account: 'stripe', amount },
      { account: 'charity:unassigned', amount: -amount, source: 'feeShare', distance: '10k' },
    ],
    entries: {},
  });
  await commit(api.db, api.world, booking);
  await api.project();
}

/** Two persons give what is for no project yet to one, and pay it out. */
async function payProject(api: TestApi, amount: number): Promise<void> {
  await creditUnassigned(api, amount);
  const event = '/events/test-race';
  const proposal = { weights: { school: 1 }, note: 'Chosen by the board.' };
  const { id } = await asStaff(api, 'finance', 'POST', `${event}/assignments`, proposal);
  await asStaff(api, 'admin', 'POST', `${event}/assignments/${id}/decision`, { decision: 'approve' });
  await api.project();
  const payment = { project: 'school', amount: { amount, currency: 'KZT' }, reference: 'Agreement 7' };
  const payout = await asStaff(api, 'finance', 'POST', `${event}/payouts`, payment);
  await asStaff(api, 'admin', 'POST', `${event}/payouts/${payout.id}/decision`, { decision: 'approve' });
  const on = dayIn('Asia/Almaty', api.world.now());
  await asStaff(api, 'finance', 'POST', `${event}/payouts/${payout.id}/outcome`, { outcome: 'paid', on });
  await api.project();
  for (const list of [
    'assignments',
    'payouts',
    'projects/school/statement',
    'projects/-/statement?format=csv',
  ])
    await asStaff(api, 'viewer', 'GET', `${event}/${list}`);
}

/** What staff do in the life of an event: settle what they must look at, and look back on it. */
export async function staffLive(api: TestApi): Promise<void> {
  const raised = raiseMatter({
    kind: 'payment_unknown',
    fact: 'pi_stranger paid',
    raisedAt: api.world.now().toISOString(),
    about: { payment: 'pi_stranger' },
  });
  await commit(api.db, api.world, [raised]);
  const { matters } = await asStaff(api, 'viewer', 'GET', '/matters');
  for (const { id } of matters)
    await asStaff(api, 'finance', 'POST', `/matters/${id}/settle`, { note: 'Looked at.' });
  await payProject(api, 30_000);
  await asStaff(api, 'viewer', 'GET', `/audit?month=${api.world.now().toISOString().slice(0, 7)}`);
}
