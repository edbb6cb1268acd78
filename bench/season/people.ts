import type { RunnerInput } from '../../shared/contracts/orders.ts';
import type { Chance } from './chance.ts';

const names = {
  KZ: {
    female:
      'Әлия Айгерім Динара Гүлнар Жанар Мадина Сәуле Асель Алтынай Томирис Назерке Камила Дана Айжан Зарина',
    male: 'Ерлан Нұрлан Асқар Данияр Тимур Арман Бауыржан Санжар Алихан Ержан Мұрат Диас Әділ Рустам Қайрат',
    family:
      'Ахметов Нұрланов Сағынтаев Оспанов Жұмабаев Қасымов Ибраев Сейтқали Төлеген Бекмұратов Ермеков Алимов Байжанов Досжан Мусин',
  },
  RU: {
    female: 'Анна Мария Екатерина Ольга Наталья Ирина Татьяна Светлана Юлия Дарья',
    male: 'Александр Дмитрий Сергей Алексей Иван Михаил Андрей Павел Максим Николай',
    family: 'Иваненко Ким Шевченко Цой Петренко Пак Коваленко Ли Бондаренко Тен',
  },
  other: {
    female: 'Emma Sofia Mei Priya Elif Laura Hannah Yuki Chiara Nina',
    male: 'James Lukas Wei Arjun Mehmet Pierre Tom Kenji Marco Jan',
    family: 'Smith Müller Wang Sharma Yılmaz Martin Janssen Tanaka Rossi Novak Jensen Silva Kaya Chen Brown',
  },
} as const;

/** Where foreign runners come from, the more often the further to the front; with Kazakhstan 58 countries. */
const abroad =
  'RU KG UZ CN TR IN DE US GB KR JP AE FR IT NL PL AZ GE BY UA MN TJ TM ES CZ CH AT SE NO FI DK LT LV EE IL EG KE ET MA ZA AU NZ CA BR AR MX MY SG TH VN ID PH PK IR SA QA RO'.split(
    ' ',
  );

/** Mean ages by distance, and how far they lie apart: together about 33. */
const ages: Readonly<Record<string, { mean: number; spread: number; from: number; to: number }>> = {
  marathon: { mean: 37, spread: 9, from: 18, to: 76 },
  'half-marathon': { mean: 35, spread: 9, from: 18, to: 74 },
  '10-km': { mean: 32, spread: 10, from: 15, to: 79 },
  '10-km-nordic-walking': { mean: 49, spread: 13, from: 15, to: 82 },
  '3-km-children': { mean: 12, spread: 1.5, from: 10, to: 14 },
};
const oldest = 87;

/** Makes the people of a season, no two alike. */
export function population(chance: Chance, raceDay: string): (distance: string) => RunnerInput {
  const known = new Set<string>();
  const met: string[] = [];
  let isOldestHere = false;

  const countryOf = (): string => {
    if (!chance.happens(0.1)) return 'KZ';
    const unmet = abroad[met.length];
    const country = unmet ?? abroad[Math.floor(chance.number() ** 2 * abroad.length)] ?? 'RU';
    if (unmet !== undefined) met.push(unmet);
    return country;
  };

  const ageOf = (distance: string): number => {
    if (distance === '10-km-nordic-walking' && !isOldestHere) {
      isOldestHere = true;
      return oldest;
    }
    const { mean, spread, from, to } = ages[distance] ?? { mean: 33, spread: 9, from: 18, to: 70 };
    return Math.min(to, Math.max(from, Math.round(mean + spread * chance.normal())));
  };

  return (distance) => {
    for (;;) {
      const country = countryOf();
      const kind = country === 'KZ' ? (chance.happens(0.7) ? 'KZ' : 'RU') : country === 'RU' ? 'RU' : 'other';
      const sex = chance.happens(0.46) ? 'female' : 'male';
      const age = ageOf(distance);
      const given = chance.word(names[kind][sex]);
      const family = familyName(chance.word(names[kind].family), kind, sex);
      const birthDate = birthday(chance, raceDay, age);
      const person = `${given} ${family} ${birthDate}`;
      if (known.has(person)) continue;
      known.add(person);
      const number = known.size;
      return {
        givenName: given,
        familyName: family,
        birthDate,
        sex,
        country,
        email: `runner${number}@example.com`,
        phone: `+7 70${number % 9} ${String(1_000_000 + ((number * 7919) % 8_999_999))}`,
        emergencyContact: { name: chance.word(names[kind].male), phone: '+7 701 234 56 79' },
        ...(distance === 'marathon' && chance.happens(0.02) && { wheelchair: true }),
        ...(chance.happens(0.15) && { club: `Run Club ${1 + Math.floor(chance.number() * 40)}` }),
        ...(age < 18 && {
          guardian: { name: chance.word(names[kind].female), phone: '+7 701 234 56 80', consent: true },
        }),
      };
    }
  };
}

function familyName(stem: string, kind: keyof typeof names, sex: 'female' | 'male'): string {
  return kind === 'KZ' && sex === 'female' && /[оеё]в$|ин$/.test(stem) ? `${stem}а` : stem;
}

/** A birth date of somebody who has that age on race day. */
function birthday(chance: Chance, raceDay: string, age: number): string {
  const last = Date.parse(`${Number(raceDay.slice(0, 4)) - age}${raceDay.slice(4)}T00:00:00Z`);
  return new Date(last - Math.floor(chance.number() * 365) * 86_400_000).toISOString().slice(0, 10);
}
