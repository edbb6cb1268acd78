import { useState } from 'preact/hooks';
import { formatMoment } from '../../../messages/format.ts';
import type { KeyIn, Translate } from '../../../messages/translate.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { FieldError } from '../../../shared/contracts/problems.ts';
import { TextField } from '../../parts/fields.tsx';
import { fieldMessage } from '../errors.ts';
import { IslandForm } from '../form-parts.tsx';
import { invoiceApi } from '../paths.ts';
import { useAction } from '../use-action.ts';
import type { Refused } from '../use-submit.ts';

type Text = Translate<KeyIn<'invoice' | 'field'>>;

const paths = { company: 'payer.company', businessId: 'payer.businessId', address: 'payer.address' } as const;
type PayerField = keyof typeof paths;

/** The way to pay by invoice and bank transfer: who pays, and then the invoice. */
export function ByInvoice(props: {
  t: Text;
  locale: Locale;
  token: string;
  /** Until when the places can be held for the transfer. */
  until: string;
  zone: string;
}) {
  const { t, locale, token } = props;
  const [payer, setPayer] = useState({ company: '', businessId: '', address: '' });
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const { isWorking, refused, run } = useAction();
  const named = refused?.is === 'problem' ? refused.problem.errors : undefined;
  const shown = errors.length > 0 ? errors : (named ?? []);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const missing = (['company', 'businessId'] as const).filter((name) => payer[name].trim() === '');
    setErrors(missing.map((name) => ({ field: paths[name], code: 'required' })));
    if (missing[0]) {
      document.getElementById(paths[missing[0]])?.focus();
      return;
    }
    const { address, ...rest } = payer;
    const body = { payer: { ...rest, ...(address.trim() !== '' && { address }) } };
    const issued = await run<'issueInvoice'>(invoiceApi(token), body);
    if (issued) location.assign(issued.url ?? location.pathname);
  };
  const field = (name: PayerField, more: { hint?: string; longest: number; autocomplete?: string }) => {
    const error = shown.find((found) => found.field === paths[name]);
    return (
      <TextField
        name={paths[name]}
        label={t(`invoice.${name}`)}
        value={payer[name]}
        onValue={(value) => {
          setErrors([]);
          setPayer((old) => ({ ...old, [name]: value }));
        }}
        error={error && fieldMessage(t, locale, error, '')}
        {...more}
      />
    );
  };
  return (
    <details class="by-invoice" id="invoice">
      <summary>{t('invoice.offer')}</summary>
      <p class="soft">{t('invoice.offerText', { until: formatMoment(props.until, props.zone, locale) })}</p>
      <IslandForm onSubmit={submit}>
        {field('company', { longest: 160, autocomplete: 'organization' })}
        {field('businessId', { longest: 20, hint: t('invoice.businessIdHint') })}
        {field('address', { longest: 200, autocomplete: 'street-address' })}
        <button type="submit" class="button quiet wide" aria-disabled={isWorking}>
          {t('invoice.issue')}
        </button>
        <p class="progress-line" role="status">
          {isWorking && t('invoice.issuing')}
          {!named && refused && failure(t, refused)}
        </p>
      </IslandForm>
    </details>
  );
}

function failure(t: Text, refused: Refused): string {
  const code = refused.is === 'problem' ? refused.problem.code : undefined;
  if (code === 'transfer_not_offered' || code === 'order_not_payable') return t('invoice.failed.not_offered');
  return t(code === 'too_many_holds' ? 'invoice.failed.too_many' : 'invoice.failed.other');
}
