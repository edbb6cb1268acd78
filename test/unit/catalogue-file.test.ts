import { describe, expect, it } from 'vitest';
import { readCatalogueFile } from '../../shared/catalogue/file.ts';
import { pricedEvent, sampleCodes } from '../support/codes.ts';

const code = (changes: Record<string, unknown> = {}) => ({
  code: 'FRIENDS-10',
  off: { percent: 1_000 },
  uses: 10,
  ...changes,
});

/** The faults of a file with these codes. */
function faults(...promoCodes: unknown[]): readonly string[] {
  const read = readCatalogueFile({ ...pricedEvent(), promoCodes });
  return 'faults' in read ? read.faults : [];
}

describe('a catalogue file', () => {
  it('is an event and its codes, and the event holds nothing of them', () => {
    const read = readCatalogueFile({ ...pricedEvent(), promoCodes: sampleCodes });
    expect(read).toEqual({ event: pricedEvent(), promoCodes: sampleCodes });
    expect(readCatalogueFile(pricedEvent())).toEqual({ event: pricedEvent(), promoCodes: [] });
  });

  it('names every fault with its path', () => {
    const read = readCatalogueFile({ ...pricedEvent(), raceDay: 'soon', promoCodes: [code({ uses: 0 })] });
    expect('faults' in read && read.faults.map((fault) => fault.split(':')[0])).toEqual([
      'raceDay',
      'promoCodes.0.uses',
    ]);
    expect(readCatalogueFile(7)).toHaveProperty('faults');
  });
});

describe('a code', () => {
  it.each([
    ['written in another way', { code: 'friends' }, 'promoCodes.0.code: must be capital'],
    ['for a distance that is not there', { distances: ['5k'] }, 'promoCodes.0.distances: 5k is not'],
    ['unlocking everything', { unlocks: true }, 'promoCodes.0.distances: must name'],
    [
      'over before it opens',
      { opensAt: '2027-02-01T00:00:00.000Z', closesAt: '2027-01-01T00:00:00.000Z' },
      'promoCodes.0.closesAt: must be after',
    ],
    ['with more for one than for all', { perMail: 11 }, 'promoCodes.0.perMail: must not be above'],
    ['free and short', { code: 'FREE', off: { percent: 10_000 } }, 'promoCodes.0.code: gives an entry away'],
    ['free by its amount and short', { code: 'FREE', off: { fixed: 9_000_000 } }, 'promoCodes.0.code: gives'],
    ['leaving too little to pay', { off: { percent: 9_900 } }, 'promoCodes.0.off: would leave'],
  ])('%s is refused', (_, changes, fault) => {
    expect(faults({ ...code(), ...changes })[0]).toContain(fault);
  });

  it('has one meaning, and some', () => {
    expect(faults({ code: 'FRIENDS-10', uses: 10 })).toEqual([
      'promoCodes.0.off: takes nothing off and unlocks nothing',
    ]);
    expect(faults(code(), code())).toEqual(['promoCodes.1.code: is used twice']);
  });
});

describe('prices for ages', () => {
  it.each([
    ['nothing said', { maxAge: 17 }, 'needs percent or amount'],
    ['both said', { maxAge: 17, percent: 5_000, amount: 900_000 }, 'needs percent or amount'],
    ['not lower', { maxAge: 17, amount: 2_000_000 }, 'must be below the highest price'],
    ['for nobody', { maxAge: 14, percent: 5_000 }, 'is for no age'],
    ['too low to pay', { maxAge: 17, percent: 100 }, 'would leave 20000'],
  ])('with %s are refused', (_, group, fault) => {
    expect(ageFaults(group)[0]).toContain(fault);
  });

  it('are one for each age', () => {
    expect(ageFaults({ maxAge: 17, percent: 5_000 }, { minAge: 17, percent: 6_000 })).toEqual([
      'distances.0.agePrices.1.minAge: is for an age that a group before is for',
    ]);
  });

  function ageFaults(...agePrices: object[]): readonly string[] {
    const event = pricedEvent();
    const distances = event.distances.map((distance, at) =>
      at === 0 ? { ...distance, agePrices } : distance,
    );
    const read = readCatalogueFile({ ...event, distances });
    return 'faults' in read ? read.faults : [];
  }
});
