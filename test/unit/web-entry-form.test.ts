import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocateFee, splitByWeights } from '../../shared/charity/allocate.ts';
import { breakdownOf } from '../../shared/contracts/breakdown.ts';
import type { DistanceView } from '../../shared/contracts/events.ts';
import { orderInput } from '../../shared/contracts/orders.ts';
import { ageOnRaceDay } from '../../web/site/entry-form/age.ts';
import { emptyRunner, nextRunner, type RunnerDraft } from '../../web/site/entry-form/draft.ts';
import { noExtras } from '../../web/site/entry-form/extras.ts';
import { entryLine, feeOf, type Quoted } from '../../web/site/entry-form/fee.ts';
import { fieldShown, readDraft } from '../../web/site/entry-form/read-draft.ts';
import { siteFixture } from '../support/site-fixture.ts';

const { event } = siteFixture(new Date('2026-11-24T04:00:00.000Z'));
const tenge = (amount: number) => ({ amount, currency: 'KZT' });

/** The card's figures for entries of which the service said this. */
const breakdown = (...entries: { price: number; charity: DistanceView['charity']; project?: string }[]) =>
  breakdownOf(
    entries.flatMap(
      ({ price, charity, project = '' }) =>
        entryLine({ price: tenge(price), reductions: [], charity }, project) ?? [],
    ),
  );

describe('the breakdown', () => {
  test('adds up what the service says of each fee, by project', () => {
    const chosen = (total: number): DistanceView['charity'] => ({
      chosenBy: 'runner',
      total: tenge(total),
      shares: [],
      projects: ['a', 'b'],
    });
    const weights: DistanceView['charity'] = {
      chosenBy: 'weights',
      total: tenge(100_001),
      projects: ['a', 'c'],
      shares: [
        { project: 'a', amount: tenge(33_334) },
        { project: 'c', amount: tenge(66_667) },
      ],
    };
    expect(
      breakdown(
        { price: 1_500_000, charity: chosen(375_000), project: 'a' },
        { price: 1_500_000, charity: chosen(375_000) },
        { price: 400_000, charity: weights },
      ),
    ).toEqual({
      total: 3_400_000,
      shares: [
        { project: 'a', amount: 408_334 },
        { project: undefined, amount: 375_000 },
        { project: 'c', amount: 66_667 },
      ],
      feeCover: 0,
      organising: 2_549_999,
    });
  });

  test('never loses or makes a tiyn, and equals the rule that the ledger books by', () => {
    const fee = fc.integer({ min: 1, max: 99_999_999 });
    const weight = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fee, weight, weight, weight), { minLength: 1, maxLength: 10 }),
        (fees) => {
          const rule = (a: number, b: number, c: number) => ({
            version: 1,
            part: { percent: 2500 },
            to: { chosenBy: 'weights' as const, weights: { a, b, c } },
          });
          const allocated = fees.map(([price, ...weights]) => allocateFee(price, rule(...weights)));
          const shown = breakdown(
            ...fees.map(([price], index) => ({
              price,
              charity: {
                chosenBy: 'weights' as const,
                projects: ['a', 'b', 'c'],
                shares: (allocated[index] ?? []).map(({ project, amount }) => ({
                  project,
                  amount: tenge(amount),
                })),
              },
            })),
          );
          expect(shown.organising + shown.shares.reduce((sum, { amount }) => sum + amount, 0)).toBe(
            shown.total,
          );
          for (const { project, amount } of shown.shares)
            expect(amount).toBe(
              allocated.flat().reduce((sum, line) => sum + (line.project === project ? line.amount : 0), 0),
            );
        },
      ),
    );
  });

  test('the sample event’s shares are those of the largest remainder', () => {
    const children = event.distances.find(({ id }) => id === '3-km-children');
    const weights = (children?.charity.projects ?? []).map((project) => ({ project, weight: 1 }));
    expect(
      children?.charity.shares.map(({ project, amount }) => ({ project, amount: amount.amount })),
    ).toEqual(splitByWeights(children?.charity.total?.amount ?? 0, weights));
  });
});

test('age counts on race day, right on a birthday too', () => {
  expect(ageOnRaceDay('2009-09-26', '2027-09-26')).toBe(18);
  expect(ageOnRaceDay('2009-09-27', '2027-09-26')).toBe(17);
  expect(ageOnRaceDay('2008-02-29', '2027-03-01')).toBe(19);
  expect(ageOnRaceDay('2008-02-29', '2027-02-28')).toBe(18);
  expect(ageOnRaceDay('', '2027-09-26')).toBeUndefined();
  expect(ageOnRaceDay('2027-09-27', '2027-09-26')).toBeUndefined();
});

const adult: RunnerDraft = {
  ...emptyRunner('marathon'),
  givenName: 'Айгерім',
  familyName: 'Сүлейменова',
  birthDate: '1990-04-01',
  sex: 'female',
  email: 'aigerim@example.kz',
  phone: '+7 701 234 56 78',
  project: 'hearing-aids',
  emergencyName: 'Ұлан',
  emergencyPhone: '+7 702 234 56 78',
};
const child: RunnerDraft = {
  ...nextRunner(adult),
  distance: '3-km-children',
  givenName: 'Әли',
  birthDate: '2016-04-01',
  sex: 'male',
};
const read = (...runners: RunnerDraft[]) =>
  readDraft({ runners, contactEmail: '', rules: true, personalData: true, extras: noExtras }, event, 'kk');

describe('a draft', () => {
  test('becomes the order that the contract expects', () => {
    const guarded = {
      ...child,
      guardianName: 'Айгерім',
      guardianPhone: '+77012345678',
      guardianConsent: true,
    };
    const { order } = read({ ...adult, club: ' ' }, guarded);
    expect(orderInput.parse(order)).toEqual({
      contact: { email: 'aigerim@example.kz', locale: 'kk' },
      donations: [],
      entries: [
        {
          distance: 'marathon',
          price: tenge(1_500_000),
          project: 'hearing-aids',
          runner: {
            givenName: 'Айгерім',
            familyName: 'Сүлейменова',
            birthDate: '1990-04-01',
            sex: 'female',
            country: 'KZ',
            email: 'aigerim@example.kz',
            phone: '+7 701 234 56 78',
            emergencyContact: { name: 'Ұлан', phone: '+7 702 234 56 78' },
          },
          consents: { rules: true, personalData: true },
        },
        {
          distance: '3-km-children',
          price: tenge(400_000),
          runner: {
            givenName: 'Әли',
            birthDate: '2016-04-01',
            sex: 'male',
            country: 'KZ',
            email: 'aigerim@example.kz',
            phone: '+7 701 234 56 78',
            emergencyContact: { name: 'Ұлан', phone: '+7 702 234 56 78' },
            guardian: { name: 'Айгерім', phone: '+77012345678', consent: true },
          },
          consents: { rules: true, personalData: true },
        },
      ],
    });
  });

  test('sends the price that was confirmed after it changed', () => {
    const { order } = read({ ...adult, price: tenge(2_000_000) });
    expect(order?.entries[0]?.price).toEqual(tenge(2_000_000));
  });

  test('says what is missing by the paths of the request', () => {
    expect(read({ ...adult, givenName: ' ', project: '', sex: '' }).errors).toEqual([
      { field: 'entries.0.runner.givenName', code: 'required' },
      { field: 'entries.0.runner.sex', code: 'required' },
      { field: 'entries.0.project', code: 'project_required' },
    ]);
    expect(read(adult, child).errors).toEqual([
      { field: 'entries.1.runner.guardian.name', code: 'required' },
      { field: 'entries.1.runner.guardian.phone', code: 'required' },
      { field: 'entries.1.runner.guardian.consent', code: 'consent_required' },
    ]);
    expect(read({ ...adult, birthDate: '2009-09-27' }).errors?.[0]).toEqual({
      field: 'entries.0.runner.birthDate',
      code: 'too_young',
      limit: 18,
    });
    expect(read({ ...adult, distance: '3-km-children' }).errors).toEqual([
      { field: 'entries.0.runner.birthDate', code: 'too_old', limit: 14 },
    ]);
    const noConsent = readDraft(
      { runners: [adult], contactEmail: '', rules: false, personalData: false, extras: noExtras },
      event,
      'kk',
    );
    expect(noConsent.errors?.map(({ field }) => field)).toEqual(['consents.rules', 'consents.personalData']);
  });

  test('shows an error of the service at a field that the page has', () => {
    expect(fieldShown('entries.2.consents.rules')).toBe('consents.rules');
    expect(fieldShown('entries.2.runner.guardian')).toBe('entries.2.runner.guardian.name');
    expect(fieldShown('entries.2.runner')).toBe('entries.2.runner.givenName');
    expect(fieldShown('entries.2.runner.phone')).toBe('entries.2.runner.phone');
    expect(fieldShown('contact.email')).toBe('contact.email');
  });
});

describe('what is shown to be paid', () => {
  const young = { ...adult, distance: '10-km-nordic-walking', birthDate: '2011-04-01' };
  const quote: Quoted = {
    asked: [{ distance: 'marathon', birthDate: adult.birthDate }],
    entries: [
      {
        distance: 'marathon',
        price: tenge(1_350_000),
        listPrice: tenge(1_500_000),
        reductions: [{ why: 'code', amount: tenge(150_000) }],
        charity: { chosenBy: 'runner', total: tenge(337_500), shares: [], projects: [] },
      },
    ],
  };

  test('is the price for the age as soon as the birth date is complete', () => {
    expect(feeOf({ ...young, birthDate: '2011-04' }, 0, event)?.price).toEqual(tenge(700_000));
    expect(feeOf(young, 0, event)).toMatchObject({
      price: tenge(350_000),
      listPrice: tenge(700_000),
      reductions: [{ why: 'age', amount: 350_000 }],
      charity: { total: tenge(140_000) },
    });
    expect(feeOf({ ...young, birthDate: '1990-04-01' }, 0, event)?.reductions).toEqual([]);
  });

  test('is what was quoted for exactly this entry, and not for another', () => {
    const facts = { ...event, quoted: quote };
    expect(feeOf(adult, 0, facts)).toMatchObject({
      price: tenge(1_350_000),
      reductions: [{ why: 'code', amount: 150_000 }],
    });
    expect(feeOf(adult, 1, facts)?.price).toEqual(tenge(1_500_000));
    expect(feeOf({ ...adult, birthDate: '1990-04-02' }, 0, facts)?.price).toEqual(tenge(1_500_000));
    // The service has named another price since: where it goes is not known yet.
    expect(feeOf({ ...adult, price: tenge(1_800_000) }, 0, facts)).toEqual({
      price: tenge(1_800_000),
      reductions: [],
    });
  });

  test('asks for no project where nothing is paid', () => {
    const free: Quoted = {
      asked: quote.asked,
      entries: [{ ...quote.entries[0], distance: 'marathon', price: tenge(0) }].flatMap((entry) =>
        entry.charity ? [{ ...entry, charity: { ...entry.charity, total: tenge(0) } }] : [],
      ),
    };
    const draft = {
      runners: [{ ...adult, project: '' }],
      contactEmail: '',
      rules: true,
      personalData: true,
      extras: { ...noExtras, code: ' guest-2027 ', applied: 'guest-2027' },
    };
    const { order } = readDraft(draft, { ...event, quoted: free }, 'kk');
    expect(order).toMatchObject({ code: 'guest-2027', entries: [{ price: tenge(0) }] });
    expect(order?.entries[0]).not.toHaveProperty('project');
  });
});

describe('what is added to the entries', () => {
  const draft = (extras: Partial<typeof noExtras>) =>
    readDraft(
      {
        runners: [adult],
        contactEmail: '',
        rules: true,
        personalData: true,
        extras: { ...noExtras, ...extras },
      },
      event,
      'kk',
    );

  test('is a gift to the project of the fee or to another, and the cover of the fee for both', () => {
    expect(draft({ suggested: '500000', coverFee: true }).order).toMatchObject({
      donations: [{ project: 'hearing-aids', amount: tenge(500_000) }],
      feeCover: tenge(60_000),
    });
    expect(draft({ own: '7 777', giftProject: 'city-trees' }).order).toMatchObject({
      donations: [{ project: 'city-trees', amount: tenge(777_700) }],
    });
    expect(draft({}).order).not.toHaveProperty('feeCover');
  });

  test('is refused by the paths of the request', () => {
    expect(draft({ own: 'a lot' }).errors).toEqual([{ field: 'donations.0.amount', code: 'amount_invalid' }]);
    expect(draft({ own: '1' }).errors).toEqual([
      { field: 'donations.0.amount', code: 'too_small', limit: 50_000 },
    ]);
    expect(fieldShown('donations.0.amount.amount')).toBe('donations.0.amount');
  });
});
