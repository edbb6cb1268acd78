import { useEffect, useState } from 'preact/hooks';
import { formatTime } from '../../../messages/format.ts';
import type { DistanceView } from '../../../shared/contracts/events.ts';
import { call } from '../api.ts';
import type { IslandProps } from '../island.tsx';
import { eventApi } from '../paths.ts';
import { DistanceList } from './distance-list.tsx';

export const countersGroups = ['distance'] as const;

export interface CountersData {
  readonly event: string;
  readonly zone: string;
  readonly raceDay: string;
  readonly distances: readonly DistanceView[];
}

const everySeconds = 5;

/** The distances of an event, read again every few seconds while somebody looks. */
export function Counters({ locale, t, data }: IslandProps<CountersData, (typeof countersGroups)[number]>) {
  const [distances, setDistances] = useState(data.distances);

  useEffect(() => {
    const look = async (): Promise<void> => {
      if (document.hidden) return;
      const answer = await call<'getEvent'>(eventApi(data.event));
      if (answer.is === 'value') setDistances(answer.value.distances);
    };
    const timer = setInterval(() => void look(), everySeconds * 1000);
    return () => clearInterval(timer);
  }, [data.event]);

  const asOf = distances
    .map((distance) => distance.asOf)
    .sort()
    .at(-1);
  return (
    <>
      <DistanceList
        locale={locale}
        t={t}
        event={data.event}
        zone={data.zone}
        raceDay={data.raceDay}
        distances={distances}
      />
      {asOf && (
        <p class="soft as-of">{t('distance.asOf', { time: formatTime(asOf, data.zone, locale, true) })}</p>
      )}
    </>
  );
}
