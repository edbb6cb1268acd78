import { type EntryLink, type Linked, linkedBy } from '../../shared/orders/entry-tokens.ts';
import type { Shop } from '../../shared/orders/shop.ts';
import { loadTeamView } from '../../shared/orders/teams.ts';
import type { Keys } from '../../shared/orders/tokens.ts';
import { loadEntryView, loadTransferView } from '../../shared/orders/transfers.ts';
import { Refusal } from '../../shared/platform/problem.ts';
import type { SiteData } from '../../web/site/data.ts';

/** The pages of what a key about an entry opens; what does not exist, or not any more, is no page. */
export function dataByKey(shop: Shop, keys: Keys): Pick<SiteData, 'getTeam' | 'getTransfer' | 'getEntry'> {
  const desk = { ...shop, keys };
  const open = async <View>(
    link: EntryLink,
    token: string,
    load: (linked: Linked) => Promise<View>,
  ): Promise<View | undefined> => {
    const linked = linkedBy(keys, link, token);
    if (!linked) return undefined;
    try {
      return await load(linked);
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  };
  return {
    getTeam: (token) => open('team', token, ({ order, entry }) => loadTeamView(desk, order, entry)),
    getTransfer: (token) =>
      open('transfer', token, ({ order, entry, detail }) =>
        loadTransferView(desk, { order, entry, number: Number(detail) }),
      ),
    getEntry: (token) =>
      open('entry', token, ({ order, entry, detail }) =>
        loadEntryView(desk, { order, entry }, Number(detail)),
      ),
  };
}
