import type { Play, Played } from './simulate.ts';

/** Real milliseconds after which the smallest play found so far is taken. */
const longestMs = 120_000;

/**
 * Makes a play that ends in a violation smaller while it still does: fewer steps, then without one kind of fault
 * after the other. The violation may become another one on the way.
 */
export async function shrink(
  found: Played,
  play: (asked: Play) => Promise<Played>,
): Promise<{ readonly play: Play; readonly played: Played }> {
  const began = performance.now();
  const { seed } = found;
  let best: { play: Play; played: Played } = { play: { seed, steps: found.steps }, played: found };
  const attempt = async (smaller: Play): Promise<boolean> => {
    if (performance.now() - began > longestMs) return false;
    const played = await play(smaller);
    if (!played.violation) return false;
    best = { play: smaller, played };
    return true;
  };
  let enough = Math.min(found.steps, (found.violation?.step ?? found.steps) + 1);
  let tooFew = 0;
  if (enough < found.steps && !(await attempt({ seed, steps: enough }))) enough = found.steps;
  while (enough - tooFew > Math.max(1, enough / 20)) {
    const steps = Math.floor((enough + tooFew) / 2);
    if (await attempt({ seed, steps })) enough = steps;
    else tooFew = steps;
  }
  let without: string[] = [];
  for (const fault of Object.keys(best.played.faults))
    if (await attempt({ seed, steps: best.play.steps, without: [...without, fault] }))
      without = [...without, fault];
  return best;
}
