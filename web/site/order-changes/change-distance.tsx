import { useState } from 'preact/hooks';
import { formatMoney } from '../../../messages/format.ts';
import { SelectField } from '../../parts/fields.tsx';
import { fieldMessage } from '../errors.ts';
import { IslandForm, RefusedNotice } from '../form-parts.tsx';
import { changeApi } from '../paths.ts';
import { useAction } from '../use-action.ts';
import { differenceOf, type OpenDistance } from './changeable.ts';
import type { ChangeProps } from './changes.tsx';
import { goOn } from './pending.tsx';

/** Chooses another distance: what it costs, and what is to be paid or comes back, is said before. */
export function ChangeDistance({ locale, t, data, line }: ChangeProps) {
  const { entry } = line;
  const { isWorking, refused, run } = useAction();
  const problem = refused?.is === 'problem' ? refused.problem : undefined;
  // The service knows better what a place costs by now: it is shown, and asked for again.
  const distances = line.distances.map((found): OpenDistance => {
    const price = problem?.prices?.find(({ distance }) => distance === found.id)?.price;
    return price ? { ...found, price } : found;
  });
  const [chosen, setChosen] = useState(distances[0]?.id ?? '');
  const [project, setProject] = useState('');
  const target = distances.find(({ id }) => id === chosen);
  const isDearer = target !== undefined && differenceOf(line, target.price).amount > 0;
  const choices = isDearer ? target.projects : [];
  const wrong = (field: string) => {
    const found = problem?.errors?.find((error) => error.field === field);
    return found && fieldMessage(t, locale, found, line.price.currency);
  };
  const label = ({ name, price }: OpenDistance): string => {
    const { amount, currency } = differenceOf(line, price);
    return t(`change.to.${amount > 0 ? 'more' : amount < 0 ? 'less' : 'same'}`, {
      distance: name[locale],
      price: formatMoney(price, locale),
      amount: formatMoney({ amount: Math.abs(amount), currency }, locale),
    });
  };
  const change = async (event: Event): Promise<void> => {
    event.preventDefault();
    const order = await run<'changeDistance'>(changeApi(data.token, entry, 'distance'), {
      distance: chosen,
      price: target?.price,
      ...(choices.length > 0 && project !== '' && { project }),
    });
    goOn(order, entry, locale);
  };
  return (
    <section class="block">
      <h3>{t('change.distance')}</h3>
      <IslandForm onSubmit={change}>
        <SelectField
          name={`${entry}.distance`}
          label={t('change.newDistance')}
          hint={t('change.distanceHint')}
          error={wrong('distance')}
          value={chosen}
          onValue={setChosen}
          options={distances.map((found) => [found.id, label(found)])}
        />
        {/* A narrow select cuts its text off. */}
        {target && <p role="status">{label(target)}</p>}
        {choices.length > 0 && (
          <SelectField
            name={`${entry}.project`}
            label={t('change.project')}
            error={wrong('project')}
            value={project}
            onValue={setProject}
            empty={t('change.chooseProject')}
            options={data.projects
              .filter(({ id }) => choices.includes(id))
              .map(({ id, name }) => [id, name[locale]])}
          />
        )}
        <button type="submit" class="button quiet" aria-disabled={isWorking}>
          {t(isDearer ? 'change.toPayment' : 'change.moveTo')}
        </button>
      </IslandForm>
      <RefusedNotice {...{ t, locale, refused }} zone={data.zone} />
    </section>
  );
}
