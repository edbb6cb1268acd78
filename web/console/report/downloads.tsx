import { useState } from 'preact/hooks';
import { failureOf } from '../failure.ts';
import { useLanguage } from '../language.tsx';
import { useService } from '../service.tsx';

type Format = 'csv' | 'json';

/**
 * What is shown, as files. They are fetched with the token, which a plain link would not carry.
 * @param name of the file, without its ending.
 */
export function Downloads({ name, load }: { name: string; load: (format: Format) => Promise<Blob> }) {
  const { t } = useLanguage();
  const { onSessionEnd } = useService();
  const [loading, setLoading] = useState<Format>();
  const [failed, setFailed] = useState(false);
  const download = async (format: Format): Promise<void> => {
    setLoading(format);
    setFailed(false);
    try {
      save(await load(format), `${name}.${format}`);
    } catch (error) {
      if (failureOf(error) === 'signed_out') onSessionEnd();
      else setFailed(true);
    } finally {
      setLoading(undefined);
    }
  };
  const button = (format: Format, label: string) => (
    <button
      class="button quiet"
      type="button"
      disabled={loading !== undefined}
      onClick={() => void download(format)}
    >
      {label}
    </button>
  );
  return (
    <div class="downloads">
      {button('csv', t('console.downloadCsv'))}
      {button('json', t('console.downloadJson'))}
      {failed && (
        <p class="notice bad" role="alert">
          {t('console.downloadFailed')}
        </p>
      )}
    </div>
  );
}

function save(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
