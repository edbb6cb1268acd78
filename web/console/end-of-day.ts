/**
 * The last minute of a calendar day in a zone, as an instant: `2027-03-01` in Almaty ends at `2027-03-01T18:59:00.000Z`.
 * @returns undefined for what is no day.
 */
export function endOfDay(day: string, zone: string): string | undefined {
  const wanted = Date.parse(`${day}T23:59:00Z`);
  if (Number.isNaN(wanted)) return undefined;
  // The zone's distance from UTC is looked up twice, since it may change between the first guess and the moment meant.
  const guess = wanted - offsetAt(wanted, zone);
  return new Date(wanted - offsetAt(guess, zone)).toISOString();
}

/** Milliseconds that a zone's clocks are ahead of UTC at a moment. */
function offsetAt(moment: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  }).format(moment);
  return Date.parse(`${parts.replace(', ', 'T')}Z`) - moment;
}
