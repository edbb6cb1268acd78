import { useState } from 'preact/hooks';
import { formatMoment, formatMoney, formatNumber } from '../../../messages/format.ts';
import type { CallOffInput, CallOffStateView } from '../../../shared/contracts/changes.ts';
import { ChoiceField, TextField } from '../../parts/fields.tsx';
import { endOfDay } from '../end-of-day.ts';
import { useLanguage } from '../language.tsx';
import { Refusal } from '../refusal.tsx';
import { useService } from '../service.tsx';
import { fieldText, useAct } from '../use-act.ts';

const ways = ['refund', 'carryOver'] as const;

/** Calls an event off in two steps: what is decided, and what that means, confirmed by typing the event's id. */
export function DecideCallOff({ state, onDecided }: { state: CallOffStateView; onDecided: () => void }) {
  const { locale, t } = useLanguage();
  const { client } = useService();
  const { isBusy, refused, act } = useAct();
  const [chosen, setChosen] = useState('');
  const [day, setDay] = useState('');
  const [way, setWay] = useState<CallOffInput['unanswered']>('refund');
  const [note, setNote] = useState('');
  const [asked, setAsked] = useState<CallOffInput>();
  const [wrong, setWrong] = useState<{ kind?: string; answerBy?: string; confirmation?: string }>({});
  const [typed, setTyped] = useState('');
  const { event, options, decided } = state;
  const kind = options.find((known) => known === chosen) ?? (options.length === 1 ? options[0] : undefined);
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: event.zone }).format();

  const show = (submitted: Event): void => {
    submitted.preventDefault();
    const answerBy = endOfDay(day, event.zone);
    setWrong({
      ...(kind === undefined && { kind: t('field.not_an_option') }),
      ...(answerBy === undefined && { answerBy: t('field.date_invalid') }),
    });
    if (kind === undefined || answerBy === undefined) return;
    setTyped('');
    setAsked({ kind, answerBy, unanswered: kind === 'cancelled' ? 'refund' : way, note });
  };
  const callOff = async (submitted: Event, body: CallOffInput): Promise<void> => {
    submitted.preventDefault();
    const isMeant = typed.trim() === event.id;
    setWrong(isMeant ? {} : { confirmation: t('console.callOff.notTheId') });
    if (!isMeant) return;
    const isDone = await act(body, () => client.json('callEventOff', { params: { event: event.id }, body }));
    // What is wrong stands beside the fields.
    setAsked(undefined);
    if (!isDone) return;
    setChosen('');
    setNote('');
    onDecided();
  };
  const errorOf = (field: string) => fieldText(refused, field, t);

  if (asked)
    return (
      <form class="card part" onSubmit={(submitted) => void callOff(submitted, asked)} noValidate>
        <h2>{t(`console.callOff.really.${asked.kind}`)}</h2>
        <div role="status">
          <ul>
            <li>{t('console.callOff.meansClosed')}</li>
            <li>
              {t('console.callOff.meansAsked', {
                count: state.taken,
                time: formatMoment(asked.answerBy, event.zone, locale),
              })}
            </li>
            <li>
              {t(`console.callOff.means.${asked.unanswered}`, {
                amount: formatMoney(state.received, locale),
              })}
            </li>
            {state.held > 0 && (
              <li>{t('console.callOff.meansHeld', { places: formatNumber(state.held, locale) })}</li>
            )}
            <li>
              {t(asked.kind === 'cancelled' ? 'console.callOff.forGood' : 'console.callOff.needsNewDay')}
            </li>
          </ul>
        </div>
        <TextField
          name="confirmation"
          label={t('console.callOff.typeId', { id: event.id })}
          value={typed}
          onValue={setTyped}
          autocomplete="off"
          required
          error={wrong.confirmation}
        />
        <div class="buttons">
          <button class="button" type="submit" disabled={isBusy}>
            {t(`console.callOff.do.${asked.kind}`)}
          </button>
          <button class="button quiet" type="button" disabled={isBusy} onClick={() => setAsked(undefined)}>
            {t('console.back')}
          </button>
        </div>
      </form>
    );
  return (
    <form class="card part" onSubmit={show}>
      <h2>{t(decided ? 'console.callOff.again' : 'console.callOff')}</h2>
      <ChoiceField
        name="kind"
        label={t('console.callOff.kind')}
        look="pills"
        value={kind ?? ''}
        onValue={setChosen}
        options={options.map((value) => ({ value, label: t(`console.callOff.kind.${value}`) }))}
        error={wrong.kind ?? errorOf('kind')}
      />
      <TextField
        name="answerBy"
        label={t('console.callOff.answerBy')}
        hint={t('console.callOff.answerByHint', { zone: event.zone })}
        type="date"
        min={today}
        value={day}
        onValue={setDay}
        required
        error={wrong.answerBy ?? errorOf('answerBy')}
      />
      {kind === 'postponed' && (
        <ChoiceField
          name="unanswered"
          label={t('console.callOff.unanswered')}
          look="pills"
          value={way}
          onValue={(value) => setWay(ways.find((known) => known === value) ?? 'refund')}
          options={ways.map((value) => ({ value, label: t(`console.callOff.unanswered.${value}`) }))}
          error={errorOf('unanswered')}
        />
      )}
      <TextField
        name="note"
        label={t('console.callOff.note')}
        value={note}
        onValue={setNote}
        longest={500}
        required
        error={errorOf('note')}
      />
      <button class="button" type="submit" disabled={isBusy}>
        {t('console.callOff.show')}
      </button>
      <Refusal of={refused} />
    </form>
  );
}
