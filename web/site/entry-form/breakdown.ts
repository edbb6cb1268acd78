import type { Money } from '../../../shared/contracts/basics.ts';
import type { DistanceView } from '../../../shared/contracts/events.ts';

/** One fee and where its charity share goes. */
export interface FeeLine {
  readonly price: Money;
  readonly charity: DistanceView['charity'];
  /** The runner's choice, where the runner chooses; empty until then. */
  readonly project: string;
}

export interface Breakdown {
  readonly total: number;
  readonly charity: number;
  /** By project; `undefined` is what waits for a choice. */
  readonly shares: readonly { readonly project: string | undefined; readonly amount: number }[];
  readonly rest: number;
}

/** Where the fees of an order go, by the shares that the service itself gave for today's prices. */
export function breakdown(lines: readonly FeeLine[]): Breakdown {
  const byProject = new Map<string | undefined, number>();
  const add = (project: string | undefined, amount: number): void => {
    if (amount > 0) byProject.set(project, (byProject.get(project) ?? 0) + amount);
  };
  for (const { charity, project } of lines) {
    if (charity.chosenBy === 'runner') add(project === '' ? undefined : project, charity.total?.amount ?? 0);
    else for (const share of charity.shares) add(share.project, share.amount.amount);
  }
  const shares = [...byProject].map(([project, amount]) => ({ project, amount }));
  const total = lines.reduce((sum, { price }) => sum + price.amount, 0);
  const charity = shares.reduce((sum, { amount }) => sum + amount, 0);
  return { total, charity, shares, rest: total - charity };
}
