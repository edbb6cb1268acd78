import { useState } from 'preact/hooks';
import { formatMoney } from '../../../messages/format.ts';
import { SelectField } from '../../parts/fields.tsx';
import { IslandForm, RefusedNotice } from '../form-parts.tsx';
import { changeApi } from '../paths.ts';
import { redraw, useAction } from '../use-action.ts';
import type { ChangeableLine } from './changeable.ts';
import type { ChangeProps } from './changes.tsx';

const leaving = 'leave:';

/** Chooses what becomes of an entry whose event is called off. */
export function AnswerCallOff({
  locale,
  t,
  data,
  line,
  choices,
}: ChangeProps & { readonly choices: NonNullable<ChangeableLine['callOffChoices']> }) {
  const { isWorking, refused, run } = useAction();
  // Whoever keeps the entry already gives it up only by choosing so.
  const [chosen, setChosen] = useState<string>(
    choices.includes('carryOver') ? 'carryOver' : line.carriedOver ? '' : 'refund',
  );
  const options = choices.flatMap((choice): [string, string][] => {
    if (choice !== 'leave')
      return [[choice, t(`callOff.${choice}`, { amount: formatMoney(line.price, locale) })]];
    return data.projects.map(({ id, name }) => [
      `${leaving}${id}`,
      t('callOff.leave', { project: name[locale] }),
    ]);
  });
  const answer = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (chosen === '') return;
    const isLeft = chosen.startsWith(leaving);
    redraw(
      await run<'answerCallOff'>(
        changeApi(data.token, line.entry, 'call-off'),
        isLeft ? { choice: 'leave', leaveTo: chosen.slice(leaving.length) } : { choice: chosen },
      ),
    );
  };
  return (
    <section class="block">
      <IslandForm onSubmit={answer}>
        <SelectField
          name={`${line.entry}.choice`}
          label={t('callOff.of', { name: line.runnerName })}
          value={chosen}
          onValue={setChosen}
          options={options}
          {...(line.carriedOver && { empty: t('callOff.carriedOver') })}
        />
        <button type="submit" class="button" aria-disabled={isWorking}>
          {t('callOff.choose')}
        </button>
      </IslandForm>
      <RefusedNotice {...{ t, locale, refused }} zone={data.zone} />
    </section>
  );
}
