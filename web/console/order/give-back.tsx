import { useState } from 'preact/hooks';
import { formatMoney } from '../../../messages/format.ts';
import type { Translate } from '../../../messages/translate.ts';
import type { RefundPreview, StaffOrderView } from '../../../shared/contracts/staff-orders.ts';
import { Amount } from '../../parts/amount.tsx';
import { CheckField, ChoiceField, FieldError, TextField } from '../../parts/fields.tsx';
import { parseAmount } from '../../parts/parse-amount.ts';
import { useLanguage } from '../language.tsx';
import { Refusal } from '../refusal.tsx';
import { useService } from '../service.tsx';
import { fieldText, useAct } from '../use-act.ts';
import { lineName } from './lines.tsx';

const ways = ['all', 'lines', 'amount'] as const;
type Way = (typeof ways)[number];

interface Body {
  readonly amount?: { readonly amount: number; readonly currency: string };
  readonly lines?: number[];
  readonly keepEntries: boolean;
  readonly note: string;
}

/** Gives back all that is left, chosen lines or an amount: first shows what each account loses, then asks again. */
export function GiveBack({ order, onDone }: { order: StaffOrderView; onDone: () => void }) {
  const { locale, t } = useLanguage();
  const { client } = useService();
  const { isBusy, refused, act } = useAct();
  const [way, setWay] = useState<Way>('all');
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [amountText, setAmountText] = useState('');
  const [keepEntries, setKeepEntries] = useState(false);
  const [note, setNote] = useState('');
  const [wrong, setWrong] = useState<string>();
  const [asked, setAsked] = useState<{ readonly body: Body; readonly preview: RefundPreview }>();
  const params = { order: order.id };

  const preview = async (submitted: Event): Promise<void> => {
    submitted.preventDefault();
    const amount = way === 'amount' ? parseAmount(amountText, order.total.currency) : undefined;
    if (way === 'amount' && !(amount && amount.amount > 0)) return setWrong(t('field.amount_invalid'));
    if (way === 'lines' && chosen.size === 0) return setWrong(t('console.chooseLines'));
    setWrong(undefined);
    const body: Body = {
      ...(amount && { amount }),
      ...(way === 'lines' && { lines: [...chosen].sort((a, b) => a - b) }),
      keepEntries: way === 'amount' || keepEntries,
      note,
    };
    await act(['preview', body], async () =>
      setAsked({ body, preview: await client.json('previewRefund', { params, body }) }),
    );
  };
  const giveBack = async ({ body }: { body: Body }): Promise<void> => {
    const isDone = await act(body, (idempotencyKey) =>
      client.json('refundOrder', { params, body, idempotencyKey }),
    );
    if (!isDone) return;
    setAsked(undefined);
    setNote('');
    onDone();
  };

  if (asked)
    return (
      <section class="card part" aria-labelledby="give-back">
        <h2 id="give-back">{t('console.giveBack')}</h2>
        <div role="status">
          <Preview of={asked.preview} />
        </div>
        <div class="buttons">
          <button class="button" type="button" disabled={isBusy} onClick={() => void giveBack(asked)}>
            {t('console.reallyGiveBack')}
          </button>
          <button class="button quiet" type="button" disabled={isBusy} onClick={() => setAsked(undefined)}>
            {t('console.back')}
          </button>
        </div>
        <Refusal of={refused} />
      </section>
    );
  return (
    <form class="card part" onSubmit={(submitted) => void preview(submitted)} noValidate>
      <h2>{t('console.giveBack')}</h2>
      <ChoiceField
        name="way"
        label={t('console.giveBackHow')}
        look="pills"
        value={way}
        onValue={(value) => setWay(ways.find((known) => known === value) ?? 'all')}
        options={ways.map((value) => ({ value, label: t(`console.giveBack.${value}`) }))}
      />
      {way === 'lines' &&
        order.lines.map((line, index) =>
          line.left.amount === 0 ? null : (
            <CheckField
              key={index}
              name={`lines.${index}`}
              label={`${lineName(line, t)} · ${formatMoney(line.left, locale)}`}
              checked={chosen.has(index)}
              onChecked={(checked) =>
                setChosen((before) =>
                  checked ? new Set([...before, index]) : new Set([...before].filter((one) => one !== index)),
                )
              }
            />
          ),
        )}
      {way === 'amount' && (
        <TextField
          name="amount"
          label={t('console.amount')}
          value={amountText}
          onValue={setAmountText}
          inputMode="decimal"
          required
          error={fieldText(refused, 'amount', t)}
        />
      )}
      {way !== 'amount' && (
        <CheckField
          name="keepEntries"
          label={t('console.keepEntries')}
          checked={keepEntries}
          onChecked={setKeepEntries}
        />
      )}
      <FieldError name="way" error={wrong ?? fieldText(refused, 'lines', t)} />
      <TextField
        name="note"
        label={t('console.why')}
        value={note}
        onValue={setNote}
        longest={500}
        required
        error={fieldText(refused, 'note', t)}
      />
      <button class="button" type="submit" disabled={isBusy}>
        {t('console.preview')}
      </button>
      <Refusal of={refused} />
    </form>
  );
}

function accountName(account: string, t: Translate): string {
  if (account === 'charity:unassigned') return t('account.charity', { project: t('charity.later') });
  if (account.startsWith('project:'))
    return t('account.charity', { project: account.slice('project:'.length) });
  if (account === 'entry-fees' || account === 'processing-fees' || account === 'fund-losses')
    return t(`account.${account}`);
  return account;
}

/** What a refund takes from which account, and which entries it ends. */
function Preview({ of }: { of: RefundPreview }) {
  const { locale, t } = useLanguage();
  return (
    <>
      <p>{t('console.takes', { amount: formatMoney(of.amount, locale) })}</p>
      <dl class="shares">
        {of.accounts.map(({ account, amount }) => (
          <div key={account}>
            <dt>{accountName(account, t)}</dt>
            <dd>
              <Amount of={amount} locale={locale} />
            </dd>
          </div>
        ))}
      </dl>
      {of.changes.map(({ order, amount }) => (
        <p key={order}>{t('console.takesOfChange', { amount: formatMoney(amount, locale), order })}</p>
      ))}
      <p>{t('console.endsEntries', { count: of.ending.length })}</p>
    </>
  );
}
