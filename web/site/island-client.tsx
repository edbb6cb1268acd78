import { hydrate, render } from 'preact';
import { type KeyIn, type Messages, translator } from '../../messages/translate.ts';
import type { Locale } from '../../shared/contracts/basics.ts';
import { type Island, islandData, islandRoot } from './island.tsx';
import { retype, typedBefore } from './typed-before.ts';

/**
 * Takes over the page's island, if it has one, with the data and messages that the server put beside it. What the
 * visitor has typed by then stays: it is typed once more into the fields, which forget it when they are taken over.
 */
export function hydrateIsland<Data, Group extends string>(Component: Island<Data, Group>): void {
  const root = document.getElementById(islandRoot);
  const text = document.getElementById(islandData)?.textContent;
  if (!root || !text) return;
  // Written by the same build's server, which names this very script in the page.
  const props: { locale: Locale; messages: Messages<KeyIn<Group>>; data: Data } = JSON.parse(text);
  const t = translator(props.locale, props.messages);
  const island = () => <Component locale={props.locale} t={t} data={props.data} />;
  const typed = typedBefore(root);
  hydrate(island(), root);
  // A second rendering runs the effects of the first now: a draft that one brings back is older than what was typed.
  render(island(), root);
  void retype(typed);
}
