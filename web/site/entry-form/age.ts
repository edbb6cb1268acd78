/** From this age on race day a runner needs no guardian; the service decides by the same age. */
export const ageOfMajority = 18;

/** Full years on race day of somebody born on that day; undefined while the date is not complete. */
export function ageOnRaceDay(birthDate: string, raceDay: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(birthDate) || birthDate > raceDay) return undefined;
  const years = Number(raceDay.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return raceDay.slice(5) < birthDate.slice(5) ? years - 1 : years;
}
