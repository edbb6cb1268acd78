import { useLanguage } from './language.tsx';
import type { Refused } from './use-act.ts';

/** Says why something was not done, beside what the fields say themselves. */
export function Refusal({ of }: { of: Refused | undefined }) {
  const { t } = useLanguage();
  return (
    <div class="refusal" role="alert">
      {of && <p class="notice bad">{of.text(t)}</p>}
    </div>
  );
}
