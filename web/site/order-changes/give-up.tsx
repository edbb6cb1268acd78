import { useState } from 'preact/hooks';
import { formatMoment, formatMoney } from '../../../messages/format.ts';
import { SelectField } from '../../parts/fields.tsx';
import { IslandForm, RefusedNotice } from '../form-parts.tsx';
import { changeApi } from '../paths.ts';
import { redraw, useAction } from '../use-action.ts';
import type { ChangeableLine } from './changeable.ts';
import type { ChangeProps } from './changes.tsx';

/** Gives an entry up: what comes back is said before, and may be left to a project. */
export function GiveUp({
  locale,
  t,
  data,
  line,
  giveUp,
}: ChangeProps & { readonly giveUp: NonNullable<ChangeableLine['giveUp']> }) {
  const { isWorking, refused, run } = useAction();
  const [project, setProject] = useState('');
  // The service knows better what is given back by now: it is shown, and asked for again.
  const changed = refused?.is === 'problem' ? refused.problem.back : undefined;
  const back = changed ?? giveUp.back;
  const isNothing = back.amount === 0;
  const cancel = async (event: Event): Promise<void> => {
    event.preventDefault();
    redraw(
      await run<'cancelEntry'>(changeApi(data.token, line.entry, 'cancel'), {
        back,
        ...(project !== '' && !isNothing && { leaveTo: project }),
      }),
    );
  };
  const time = formatMoment(giveUp.until, data.zone, locale);
  return (
    <section class="block">
      <h3>{t('change.giveUp')}</h3>
      <IslandForm onSubmit={cancel}>
        <p>
          {isNothing
            ? t('change.giveUpNothing', { time })
            : t('change.giveUpBack', { time, amount: formatMoney(back, locale) })}{' '}
          <strong>{t('change.giveUpFinal')}</strong>
        </p>
        {!isNothing && (
          <SelectField
            name={`${line.entry}.leaveTo`}
            label={t('change.money')}
            value={project}
            onValue={setProject}
            empty={t('change.moneyBack')}
            options={data.projects.map(({ id, name }) => [
              id,
              t('change.moneyTo', { project: name[locale] }),
            ])}
          />
        )}
        <button type="submit" class="button quiet" aria-disabled={isWorking}>
          {t('change.giveUpNow', { name: line.runnerName })}
        </button>
      </IslandForm>
      <RefusedNotice {...{ t, locale, refused }} zone={data.zone} />
    </section>
  );
}
