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
  const answer = await api.call(method, `/api/staff${path}`, {
    ...(body !== undefined && { body }),
    headers: { authorization: `Bearer ${await api.token([role], `${role}@startline.test`)}` },
  });
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.body;
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
  await asStaff(api, 'viewer', 'GET', `/audit?month=${api.world.now().toISOString().slice(0, 7)}`);
}
