import { catalogue } from '../../messages/catalogue.ts';
import { messagesIn, translator } from '../../messages/translate.ts';
import type { Locale } from '../../shared/contracts/basics.ts';
import { type Island, islandData, islandRoot } from './island.tsx';

/** JSON that is safe inside a script element: no `<` can end it or open a comment. */
export function inlineJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/**
 * An island on the server: its first rendering, and beside it the data and messages for the script. It is given the
 * same messages here as there, so that one left out shows at once. A page has at most one.
 */
export function IslandFrame<Data, Group extends string>(props: {
  component: Island<Data, Group>;
  groups: readonly Group[];
  locale: Locale;
  data: Data;
}) {
  const { component: Component, groups, locale, data } = props;
  const messages = messagesIn(catalogue[locale], groups);
  return (
    <>
      <div id={islandRoot}>
        <Component locale={locale} t={translator(locale, messages)} data={data} />
      </div>
      <script
        type="application/json"
        id={islandData}
        dangerouslySetInnerHTML={{ __html: inlineJson({ locale, messages, data }) }}
      />
    </>
  );
}
