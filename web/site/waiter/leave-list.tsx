import { useState } from 'preact/hooks';
import { call } from '../api.ts';
import type { IslandProps } from '../island.tsx';
import { leaveListApi } from '../paths.ts';
import { persist } from '../submit.ts';

export const leaveListGroups = ['waiting'] as const;

export interface LeaveListData {
  readonly token: string;
  /** Whether a place is offered: leaving gives it up. */
  readonly isOffered: boolean;
}

/** Leaves the waiting list; the server then draws what has become of it. */
export function LeaveList({ t, data }: IslandProps<LeaveListData, (typeof leaveListGroups)[number]>) {
  const [state, setState] = useState<'ready' | 'sending' | 'failed'>('ready');
  const leave = async (): Promise<void> => {
    if (state === 'sending') return;
    setState('sending');
    const answer = await persist(() =>
      call<'leaveWaitingList'>(leaveListApi(data.token), { method: 'POST' }),
    );
    if (answer.is === 'value') location.reload();
    else setState('failed');
  };
  return (
    <>
      <button
        type="button"
        class="button quiet"
        aria-disabled={state === 'sending'}
        onClick={() => void leave()}
      >
        {t(data.isOffered ? 'waiting.decline' : 'waiting.leave')}
      </button>
      <p class="progress-line" role="status">
        {state === 'sending' && t('waiting.sending')}
        {state === 'failed' && t('waiting.leaveFailed')}
      </p>
    </>
  );
}
