import { useState } from 'preact/hooks';
import { formatMoment, formatMoney } from '../../../messages/format.ts';
import type { LocalText } from '../../../shared/contracts/basics.ts';
import { TextField } from '../../parts/fields.tsx';
import { IslandForm, RefusedNotice } from '../form-parts.tsx';
import type { IslandProps } from '../island.tsx';
import { changeApi, removeMemberApi } from '../paths.ts';
import { redraw, useAction } from '../use-action.ts';
import { AnswerCallOff } from './answer-call-off.tsx';
import { ChangeDistance } from './change-distance.tsx';
import type { ChangeableLine } from './changeable.ts';
import { GiveUp } from './give-up.tsx';
import { goOn, Pending } from './pending.tsx';

export const changesGroups = ['entry', 'field', 'problem', 'team', 'change', 'callOff'] as const;
export type ChangesGroups = (typeof changesGroups)[number];

export interface ChangesData {
  /** The order's key. */
  readonly token: string;
  readonly zone: string;
  readonly lines: readonly ChangeableLine[];
  /** The event's projects: money that is not wanted back may go to one. */
  readonly projects: readonly { readonly id: string; readonly name: LocalText }[];
}

/** What one part of the changes of an entry gets. */
export type ChangeProps = IslandProps<ChangesData, ChangesGroups> & { readonly line: ChangeableLine };

/** What the holder of a paid order can do with its entries: hand them over, change the distance, change a team. */
export function Changes(props: IslandProps<ChangesData, ChangesGroups>) {
  return (
    <>
      {props.data.lines.map((line) => (
        // What is under way is in sight; what could be done is folded away.
        <details class="change" key={line.entry} open={isOpen(line)}>
          <summary>{line.runnerName}</summary>
          {line.pending && <Pending {...props} line={line} pending={line.pending} />}
          {line.transferUntil !== undefined && <HandOver {...props} line={line} />}
          {line.distances.length > 0 && <ChangeDistance {...props} line={line} />}
          {line.callOffChoices && <AnswerCallOff {...props} line={line} choices={line.callOffChoices} />}
          {line.members.map((member) => (
            <RemoveMember key={member.id} {...props} line={line} member={member} />
          ))}
          {line.giveUp && <GiveUp {...props} line={line} giveUp={line.giveUp} />}
        </details>
      ))}
    </>
  );
}

const isOpen = ({ transfer, callOffChoices, pending }: ChangeableLine): boolean =>
  transfer !== undefined || callOffChoices !== undefined || pending !== undefined;

function HandOver({ locale, t, data, line }: ChangeProps) {
  const { token, zone } = data;
  const { entry, transfer, transferUntil = '', transferFee, pending } = line;
  const fee = transferFee && formatMoney(transferFee, locale);
  const { isWorking, refused, run } = useAction();
  const [email, setEmail] = useState('');
  const decide = async (decision: 'confirm' | 'cancel'): Promise<void> => {
    const order = await run<'confirmTransfer'>(changeApi(token, entry, `transfer/${decision}`), {
      number: transfer?.number,
    });
    goOn(order, entry, locale);
  };
  const ask = async (event: Event): Promise<void> => {
    event.preventDefault();
    redraw(await run<'askTransfer'>(changeApi(token, entry, 'transfer'), { to: { email, locale } }));
  };
  const isWrong =
    refused?.is === 'problem' && refused.problem.errors?.some(({ field }) => field === 'to.email');
  return (
    <section class="block">
      <h3>{t('change.handOver')}</h3>
      {transfer ? (
        <>
          {!pending && (
            <p>
              {transfer.state === 'accepted'
                ? t('change.accepted', { name: transfer.name ?? '', email: transfer.to })
                : t('change.asked', { email: transfer.to })}
            </p>
          )}
          {transfer.state === 'accepted' && !pending && (
            <button type="button" class="button" onClick={() => decide('confirm')} aria-disabled={isWorking}>
              {fee === undefined
                ? t('change.confirm', { name: transfer.name ?? '' })
                : t('change.confirmFee', { name: transfer.name ?? '', fee })}
            </button>
          )}{' '}
          <button
            type="button"
            class="button quiet"
            onClick={() => decide('cancel')}
            aria-disabled={isWorking}
          >
            {t('change.cancel')}
          </button>
        </>
      ) : (
        <IslandForm onSubmit={ask}>
          {fee !== undefined && <p>{t('change.handOverFee', { fee })}</p>}
          <TextField
            name={`${entry}.to.email`}
            type="email"
            autocomplete="off"
            label={t('change.email')}
            hint={t('change.handOverHint', { time: formatMoment(transferUntil, zone, locale) })}
            error={isWrong ? t('field.email_invalid') : undefined}
            value={email}
            onValue={setEmail}
            required
          />
          <button type="submit" class="button quiet" aria-disabled={isWorking}>
            {t('change.ask')}
          </button>
        </IslandForm>
      )}
      <RefusedNotice {...{ t, locale, zone, refused }} />
    </section>
  );
}

function RemoveMember({
  locale,
  t,
  data,
  line,
  member,
}: ChangeProps & { readonly member: ChangeableLine['members'][number] }) {
  const { isWorking, refused, run } = useAction();
  const remove = async (): Promise<void> =>
    redraw(await run<'removeMember'>(removeMemberApi(data.token, line.entry, member.id)));
  return (
    <div class="block">
      <button type="button" class="text-button" onClick={remove} aria-disabled={isWorking}>
        {t('team.removeMember', { name: member.name })}
      </button>
      <RefusedNotice {...{ t, locale, refused }} zone={data.zone} />
    </div>
  );
}
