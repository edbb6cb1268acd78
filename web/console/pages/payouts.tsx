import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso/router';
import { formatDayOf, formatMoney } from '../../../messages/format.ts';
import type { PayoutsView, PayoutView } from '../../../shared/contracts/charity.ts';
import { Amount } from '../../parts/amount.tsx';
import { SelectField, TextField } from '../../parts/fields.tsx';
import { parseAmount } from '../../parts/parse-amount.ts';
import { useLanguage } from '../language.tsx';
import { Loaded } from '../loaded.tsx';
import { EventNavigation } from '../navigation.tsx';
import { Page } from '../page.tsx';
import { ProposalCard } from '../proposal.tsx';
import { Refusal } from '../refusal.tsx';
import { useService } from '../service.tsx';
import { fieldText, useAct } from '../use-act.ts';
import { useFollowed } from '../use-followed.ts';
import { staffZone } from '../zone.ts';

const everySeconds = 15;

/** What each project can be paid, with its statement, and the payouts. */
export function PayoutsPage() {
  const { locale, t } = useLanguage();
  const { client } = useService();
  const { event = '' } = useRoute().params;
  const followed = useFollowed(event, everySeconds, (signal) =>
    client.json('listPayouts', { params: { event }, signal }),
  );
  return (
    <Page title={t('console.payouts')}>
      <EventNavigation event={event} />
      <p class="lead">{t('console.payoutsLead')}</p>
      <Loaded of={followed}>
        {(value) => {
          const nameOf = (id: string) => value.projects.find((known) => known.id === id)?.name[locale] ?? id;
          return (
            <>
              <Balances event={event} value={value} />
              <Propose event={event} value={value} onProposed={followed.reload} />
              <h2>{t('console.proposals')}</h2>
              {value.payouts.length === 0 && <p>{t('console.noProposals')}</p>}
              <ul class="cards">
                {value.payouts.map((one) => (
                  <li key={one.id} class="card">
                    <ProposalCard
                      proposal={one}
                      zone={staffZone}
                      title={nameOf(one.project)}
                      question={t('console.reallyPay', { amount: formatMoney(one.amount, locale) })}
                      decide={(decision) =>
                        client.json('decidePayout', { params: { event, payout: one.id }, body: { decision } })
                      }
                      onDecided={followed.reload}
                    >
                      <p>
                        {t('console.reference')}: {one.reference}
                        {one.paid && (
                          <>
                            <br />
                            {t('console.carriedOutOn')}: {formatDayOf(one.paid.on, 'UTC', locale)}
                          </>
                        )}
                      </p>
                    </ProposalCard>
                    {one.state === 'approved' && (
                      <Outcome event={event} payout={one} onEnded={followed.reload} />
                    )}
                  </li>
                ))}
              </ul>
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

function Balances({ event, value }: { event: string; value: PayoutsView }) {
  const { locale, t } = useLanguage();
  return (
    <section class="card part">
      <h2 id="balances">{t('console.balances')}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard. */}
      <div class="table-frame" tabIndex={0}>
        <table aria-labelledby="balances">
          <thead>
            <tr>
              <th scope="col">{t('totals.project')}</th>
              <th scope="col" class="amount">
                {t('console.available')}
              </th>
            </tr>
          </thead>
          <tbody>
            {value.projects.map(({ id, name, available }) => (
              <tr key={id}>
                <th scope="row">
                  <a
                    href={`/console/events/${event}/projects/${id}`}
                    aria-label={t('console.statementOf', { project: name[locale] })}
                  >
                    {name[locale]}
                  </a>
                </th>
                <td class="amount">
                  <Amount of={available} locale={locale} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Propose(props: { event: string; value: PayoutsView; onProposed: () => void }) {
  const { locale, t } = useLanguage();
  const { client } = useService();
  const { event, value, onProposed } = props;
  const { isBusy, refused, act } = useAct();
  const [project, setProject] = useState('');
  const [amountText, setAmountText] = useState('');
  const [reference, setReference] = useState('');
  const [wrong, setWrong] = useState<string>();
  const [isProposed, setProposed] = useState(false);
  const payable = value.projects.filter(({ available }) => available.amount > 0);
  const [first] = payable;
  if (!first) return null;

  const propose = async (submitted: Event): Promise<void> => {
    submitted.preventDefault();
    const amount = parseAmount(amountText, first.available.currency);
    const isWrong = !amount || amount.amount < 1;
    setWrong(isWrong ? t('field.amount_invalid') : undefined);
    if (isWrong) return;
    const body = { project, amount, reference };
    const isDone = await act(body, (idempotencyKey) =>
      client.json('proposePayout', { params: { event }, body, idempotencyKey }),
    );
    setProposed(isDone);
    if (!isDone) return;
    setAmountText('');
    setReference('');
    onProposed();
  };

  return (
    <form class="card part" onSubmit={(submitted) => void propose(submitted)}>
      <h2>{t('console.proposePayout')}</h2>
      <SelectField
        name="project"
        label={t('totals.project')}
        value={project}
        onValue={setProject}
        empty="–"
        options={payable.map(({ id, name, available }) => [
          id,
          `${name[locale]} (${formatMoney(available, locale)})`,
        ])}
        error={fieldText(refused, 'project', t)}
      />
      <TextField
        name="amount"
        label={t('console.amount')}
        value={amountText}
        onValue={setAmountText}
        inputMode="decimal"
        required
        error={wrong ?? fieldText(refused, 'amount', t)}
      />
      <TextField
        name="reference"
        label={t('console.reference')}
        hint={t('console.referenceHint')}
        value={reference}
        onValue={setReference}
        longest={140}
        required
        error={fieldText(refused, 'reference', t)}
      />
      <button class="button" type="submit" disabled={isBusy}>
        {t('console.propose')}
      </button>
      <Refusal of={refused} />
      <div role="status">{isProposed && <p class="notice good">{t('console.proposed')}</p>}</div>
    </form>
  );
}

/** What became of an approved payout: recorded once the bank has carried it out, or cancelled. */
function Outcome(props: { event: string; payout: PayoutView; onEnded: () => void }) {
  const { t } = useLanguage();
  const { client } = useService();
  const { event, payout, onEnded } = props;
  const { isBusy, refused, act } = useAct();
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: staffZone }).format();
  const [on, setOn] = useState(today);
  const end = async (body: { outcome: 'paid'; on: string } | { outcome: 'cancelled' }): Promise<void> => {
    const params = { event, payout: payout.id };
    if (await act(body, () => client.json('endPayout', { params, body }))) onEnded();
  };
  return (
    <form
      class="one-line"
      aria-label={t('console.carriedOut')}
      onSubmit={(submitted) => {
        submitted.preventDefault();
        void end({ outcome: 'paid', on });
      }}
    >
      <TextField
        name={`${payout.id}.on`}
        label={t('console.carriedOutOn')}
        type="date"
        max={today}
        value={on}
        onValue={setOn}
        required
        error={fieldText(refused, 'on', t)}
      />
      <button class="button" type="submit" disabled={isBusy}>
        {t('console.recordPaid')}
      </button>
      <button
        class="button quiet"
        type="button"
        disabled={isBusy}
        onClick={() => void end({ outcome: 'cancelled' })}
      >
        {t('console.cancelPayout')}
      </button>
      <Refusal of={refused} />
    </form>
  );
}
