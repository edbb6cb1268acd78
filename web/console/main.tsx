import { render } from 'preact';
import { LocationProvider } from 'preact-iso/router';
import { createClient } from '../../shared/contracts/client.ts';
import { iconUrl } from '../parts/logo.tsx';
import { App } from './app.tsx';
import { LanguageProvider, loadMessages, preferredLocale } from './language.tsx';
import { openDirectory } from './session/directory.ts';
import { openSession } from './session/session.ts';
import { readSettings } from './settings.ts';

const root = document.getElementById('console');
if (!root) throw new Error('The page has no place for the console.');

const icon = document.createElement('link');
icon.rel = 'icon';
icon.href = iconUrl;
document.head.append(icon);

const locale = preferredLocale();
const [settings, messages] = await Promise.all([readSettings().catch(() => undefined), loadMessages(locale)]);

if (settings) {
  const session = openSession(openDirectory(settings));
  const client = createClient({ base: '', token: session.token });
  render(
    <LanguageProvider start={{ locale, messages }}>
      <LocationProvider scope="/console">
        <App client={client} session={session} />
      </LocationProvider>
    </LanguageProvider>,
    root,
  );
} else {
  document.documentElement.lang = locale;
  render(
    <main class="wrap">
      <p class="notice bad" role="alert">
        {messages['console.cannotStart']}
      </p>
    </main>,
    root,
  );
}
