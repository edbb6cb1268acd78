import { useRoute } from 'preact-iso/router';
import { formatMoment, formatNumber } from '../../../messages/format.ts';
import type { CallOffStateView } from '../../../shared/contracts/changes.ts';
import { Amount } from '../../parts/amount.tsx';
import { DecideCallOff } from '../call-off/decide.tsx';
import { useLanguage } from '../language.tsx';
import { Loaded } from '../loaded.tsx';
import { EventNavigation } from '../navigation.tsx';
import { Page } from '../page.tsx';
import { useService } from '../service.tsx';
import { useFollowed } from '../use-followed.ts';

const everySeconds = 15;

/** Calls an event off; and when it is called off, says how far asking and giving back have come. */
export function CallOffPage() {
  const { locale, t } = useLanguage();
  const { client } = useService();
  const { event = '' } = useRoute().params;
  const followed = useFollowed(event, everySeconds, (signal) =>
    client.json('getCallOff', { params: { event }, signal }),
  );
  return (
    <Page title={t('console.callOff')}>
      <EventNavigation event={event} />
      <Loaded of={followed}>
        {(state) => (
          <>
            <p class="lead">{state.event.name[locale]}</p>
            {state.decided && <Decided state={state} decided={state.decided} />}
            <Figures state={state} />
            {state.options.length > 0 ? (
              <DecideCallOff state={state} onDecided={followed.reload} />
            ) : (
              <p class="soft">
                {t(state.decided ? 'console.callOff.nothingMore' : 'console.callOff.adminsOnly')}
              </p>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** What was decided, and how far it has come. */
function Decided(props: { state: CallOffStateView; decided: NonNullable<CallOffStateView['decided']> }) {
  const { locale, t } = useLanguage();
  const { zone } = props.state.event;
  const { kind, at, answerBy, unanswered, phase, percent, hasNewDay } = props.decided;
  return (
    <section class="card part" aria-labelledby="decided">
      <div class="part-head">
        <h2 id="decided">{t(`callOff.${kind}`)}</h2>
        <p class={phase === 'settled' ? 'badge good' : 'badge warn'}>{t(`console.callOff.phase.${phase}`)}</p>
      </div>
      <dl class="ids">
        <div>
          <dt>{t('console.callOff.at')}</dt>
          <dd>{formatMoment(at, zone, locale)}</dd>
        </div>
        <div>
          <dt>{t('console.callOff.answerBy')}</dt>
          <dd>{formatMoment(answerBy, zone, locale)}</dd>
        </div>
        <div>
          <dt>{t('console.callOff.unanswered')}</dt>
          <dd>{t(`console.callOff.unanswered.${unanswered}`)}</dd>
        </div>
      </dl>
      {phase !== 'settled' && (
        <p>
          <label for="progress">{t(`console.callOff.progress.${phase}`, { percent })}</label>
          <progress id="progress" max={100} value={percent} />
        </p>
      )}
      {kind === 'postponed' && (
        <p>{t(hasNewDay ? 'console.callOff.hasNewDay' : 'console.callOff.needsNewDay')}</p>
      )}
    </section>
  );
}

function Figures({ state: { taken, held, received, owed } }: { state: CallOffStateView }) {
  const { locale, t } = useLanguage();
  const amounts = [
    ['console.callOff.received', received],
    ['console.callOff.owed', owed],
  ] as const;
  const counts = [
    ['console.callOff.taken', taken],
    ['console.held', held],
  ] as const;
  return (
    <dl class="totals">
      {counts.map(([label, count]) => (
        <div class="card" key={label}>
          <dt>{t(label)}</dt>
          <dd class="figure">{formatNumber(count, locale)}</dd>
        </div>
      ))}
      {amounts.map(([label, amount]) => (
        <div class="card" key={label}>
          <dt>{t(label)}</dt>
          <dd>
            <Amount of={amount} locale={locale} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
