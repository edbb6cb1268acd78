import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { formatMoment } from '../../messages/format.ts';
import type { Decision, PayoutView } from '../../shared/contracts/charity.ts';
import { Amount } from '../parts/amount.tsx';
import { useLanguage } from './language.tsx';
import { Person } from './person.tsx';
import { Refusal } from './refusal.tsx';
import { useService } from './service.tsx';
import { useAct } from './use-act.ts';

type Proposal = Pick<
  PayoutView,
  'id' | 'state' | 'amount' | 'proposedBy' | 'proposedAt' | 'until' | 'decidedBy' | 'decidedAt'
>;

const looks: Partial<Record<PayoutView['state'], string>> = {
  proposed: 'badge warn',
  approved: 'badge good',
  paid: 'badge good',
};

/** What one person proposed and another one decides: amount, state, who and when, and the buttons to decide. */
export function ProposalCard(props: {
  proposal: Proposal;
  zone: string;
  title: ComponentChildren;
  /** What approving does, in a question. */
  question: string;
  decide: (decision: Decision) => Promise<unknown>;
  onDecided: () => void;
  children?: ComponentChildren;
}) {
  const { locale, t } = useLanguage();
  const { proposal, zone, title, question, decide, onDecided, children } = props;
  const { id, state, amount, proposedBy, proposedAt, until, decidedBy, decidedAt } = proposal;
  const moment = (at: string) => formatMoment(at, zone, locale);
  return (
    <article aria-labelledby={id}>
      <div class="part-head">
        <h3 id={id}>
          <Amount of={amount} locale={locale} /> · {title}
        </h3>
        <p class={looks[state] ?? 'badge'}>{t(`proposal.${state}`)}</p>
      </div>
      {children}
      <dl class="ids">
        <div>
          <dt>{t('console.proposedBy')}</dt>
          <dd>
            <Person of={proposedBy} />, {moment(proposedAt)}
          </dd>
        </div>
        {state === 'proposed' && (
          <div>
            <dt>{t('console.decideUntil')}</dt>
            <dd>{moment(until)}</dd>
          </div>
        )}
        {decidedBy !== undefined && decidedAt !== undefined && (
          <div>
            <dt>{t('console.decidedBy')}</dt>
            <dd>
              <Person of={decidedBy} />, {moment(decidedAt)}
            </dd>
          </div>
        )}
      </dl>
      {state === 'proposed' && <Decide {...{ proposedBy, question, decide, onDecided }} />}
    </article>
  );
}

function Decide(props: {
  proposedBy: string;
  question: string;
  decide: (decision: Decision) => Promise<unknown>;
  onDecided: () => void;
}) {
  const { t } = useLanguage();
  const { session } = useService();
  const { proposedBy, question, decide, onDecided } = props;
  const { isBusy, refused, act } = useAct();
  const [isAsking, setAsking] = useState(false);
  const isOwn = proposedBy === session.subject();
  const run = async (decision: Decision): Promise<void> => {
    if (await act(decision, () => decide(decision))) onDecided();
  };
  const button = (text: string, onClick: () => void, look = 'button quiet') => (
    <button class={look} type="button" disabled={isBusy} onClick={onClick}>
      {text}
    </button>
  );
  return (
    <div class="decide">
      {isOwn && <p class="soft">{t('console.ownProposal')}</p>}
      {isAsking && <p role="status">{question}</p>}
      <div class="buttons">
        {isAsking ? (
          <>
            {button(t('console.yes'), () => void run('approve'), 'button')}
            {button(t('console.back'), () => setAsking(false))}
          </>
        ) : (
          <>
            {!isOwn && button(t('console.approve'), () => setAsking(true), 'button')}
            {button(t(isOwn ? 'console.withdraw' : 'console.decline'), () => void run('decline'))}
          </>
        )}
      </div>
      <Refusal of={refused} />
    </div>
  );
}
