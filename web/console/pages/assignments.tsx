import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso/router';
import { formatMoney } from '../../../messages/format.ts';
import type { AssignmentsView } from '../../../shared/contracts/charity.ts';
import { Amount } from '../../parts/amount.tsx';
import { TextField } from '../../parts/fields.tsx';
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

/** What is for no project yet, and who proposed and approved what becomes of it. */
export function AssignmentsPage() {
  const { locale, t } = useLanguage();
  const { client } = useService();
  const { event = '' } = useRoute().params;
  const followed = useFollowed(event, everySeconds, (signal) =>
    client.json('listAssignments', { params: { event }, signal }),
  );
  return (
    <Page title={t('console.assignments')}>
      <EventNavigation event={event} />
      <p class="lead">{t('console.assignmentsLead')}</p>
      <Loaded of={followed}>
        {(value) => {
          const nameOf = (id: string) => value.projects.find((known) => known.id === id)?.name[locale] ?? id;
          return (
            <>
              <dl class="totals">
                <div class="card raised">
                  <dt>{t('console.toAssign')}</dt>
                  <dd>
                    <Amount of={value.available} locale={locale} />
                  </dd>
                </div>
              </dl>
              {value.available.amount > 0 && (
                <Propose event={event} value={value} onProposed={followed.reload} />
              )}
              <h2>{t('console.proposals')}</h2>
              {value.assignments.length === 0 && <p>{t('console.noProposals')}</p>}
              <ul class="cards">
                {value.assignments.map((one) => (
                  <li key={one.id} class="card">
                    <ProposalCard
                      proposal={one}
                      zone={staffZone}
                      title={one.note}
                      question={t('console.reallyAssign', { amount: formatMoney(one.amount, locale) })}
                      decide={(decision) =>
                        client.json('decideAssignment', {
                          params: { event, assignment: one.id },
                          body: { decision },
                        })
                      }
                      onDecided={followed.reload}
                    >
                      <dl class="sums shares">
                        {one.shares.map(({ project, amount }) => (
                          <div key={project}>
                            <dt>{nameOf(project)}</dt>
                            <dd>
                              <Amount of={amount} locale={locale} />
                            </dd>
                          </div>
                        ))}
                      </dl>
                    </ProposalCard>
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

function Propose(props: { event: string; value: AssignmentsView; onProposed: () => void }) {
  const { locale, t } = useLanguage();
  const { client } = useService();
  const { event, value, onProposed } = props;
  const { currency } = value.available;
  const { isBusy, refused, act } = useAct();
  const [amountText, setAmountText] = useState('');
  const [weights, setWeights] = useState<Readonly<Record<string, string>>>({});
  const [note, setNote] = useState('');
  const [wrong, setWrong] = useState<{ amount?: string; weights?: string }>({});
  const [isProposed, setProposed] = useState(false);

  const propose = async (submitted: Event): Promise<void> => {
    submitted.preventDefault();
    const amount = amountText.trim() === '' ? undefined : parseAmount(amountText, currency);
    const given = Object.fromEntries(
      Object.entries(weights)
        .map(([project, text]) => [project, Number(text)] as const)
        .filter(([, weight]) => weight !== 0),
    );
    const isWrongAmount = amountText.trim() !== '' && !(amount && amount.amount > 0);
    const isWrongWeights =
      Object.keys(given).length === 0 ||
      Object.values(given).some((weight) => !Number.isInteger(weight) || weight < 1 || weight > 1_000_000);
    setWrong({
      ...(isWrongAmount && { amount: t('field.amount_invalid') }),
      ...(isWrongWeights && { weights: t('console.weightsMissing') }),
    });
    if (isWrongAmount || isWrongWeights) return;
    const body = { ...(amount && { amount }), weights: given, note };
    const isDone = await act(body, (idempotencyKey) =>
      client.json('proposeAssignment', { params: { event }, body, idempotencyKey }),
    );
    setProposed(isDone);
    if (!isDone) return;
    setAmountText('');
    setWeights({});
    setNote('');
    onProposed();
  };

  return (
    <form class="card part" onSubmit={(submitted) => void propose(submitted)} noValidate>
      <h2>{t('console.proposeAssignment')}</h2>
      <TextField
        name="amount"
        label={t('console.amount')}
        hint={t('console.allOfIt')}
        value={amountText}
        onValue={setAmountText}
        inputMode="decimal"
        error={wrong.amount ?? fieldText(refused, 'amount', t)}
      />
      <fieldset class="weights">
        <legend class="soft">{t('console.weightsHint')}</legend>
        <div class="grid">
          {value.projects.map(({ id, name }) => (
            <TextField
              key={id}
              name={`weights.${id}`}
              label={t('console.weight', { project: name[locale] })}
              value={weights[id] ?? ''}
              onValue={(text) => setWeights((before) => ({ ...before, [id]: text }))}
              inputMode="decimal"
              error={fieldText(refused, `weights.${id}`, t)}
            />
          ))}
        </div>
      </fieldset>
      {wrong.weights !== undefined && (
        <p class="field-error" role="alert">
          {wrong.weights}
        </p>
      )}
      <TextField
        name="note"
        label={t('console.reason')}
        value={note}
        onValue={setNote}
        longest={300}
        required
        error={fieldText(refused, 'note', t)}
      />
      <button class="button" type="submit" disabled={isBusy}>
        {t('console.propose')}
      </button>
      <Refusal of={refused} />
      <div role="status">{isProposed && <p class="notice good">{t('console.proposed')}</p>}</div>
    </form>
  );
}
