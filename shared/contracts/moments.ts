/**
 * Compares what happened by its second, for a sort that keeps the order of what it is given: a payment provider knows no
 * less, so its refund would otherwise seem older than the decision, of the same second, that it carries out.
 */
export function bySecond(a: { readonly at: string }, b: { readonly at: string }): number {
  const [first, second] = [a.at.slice(0, 19), b.at.slice(0, 19)];
  return first < second ? -1 : Number(first > second);
}
