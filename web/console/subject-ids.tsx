import { type MatterView, subjectIds } from '../../shared/contracts/staff.ts';
import { useLanguage } from './language.tsx';

type About = MatterView['about'];

const isSubject = (name: string): name is keyof About => name in subjectIds.shape;

/** What a matter or an act is about, by its identifiers. */
export function SubjectIds({ of }: { of: About }) {
  const { t } = useLanguage();
  return (
    <dl class="ids">
      {Object.keys(of)
        .filter(isSubject)
        .map((name) => (
          <div key={name}>
            <dt>{t(`subject.${name}`)}</dt>
            <dd>
              <Subject name={name} id={of[name] ?? ''} />
            </dd>
          </div>
        ))}
    </dl>
  );
}

function Subject({ name, id }: { name: keyof About; id: string }) {
  if (name === 'event') return <a href={`/console/events/${id}`}>{id}</a>;
  if (name === 'order' || (name === 'payment' && id.startsWith('pi_')))
    return (
      <a href={`/console/orders/${id}`}>
        <code>{id}</code>
      </a>
    );
  return <code>{id}</code>;
}
