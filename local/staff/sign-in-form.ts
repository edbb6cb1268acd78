import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { errors, type Provider } from 'oidc-provider';
import { subjectOf } from './claims.ts';
import { failedPage, signInPage } from './pages.ts';
import { consoleUrl, type Setup } from './provider.ts';
import { chooseLanguage } from './words.ts';

/** Shows the form, and on its return signs the person in or shows it again. */
export async function answerSignInForm(
  provider: Provider,
  setup: Setup,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const acceptLanguage = request.headers['accept-language'];
  try {
    const { uid, params } = await provider.interactionDetails(request, response);
    const language = chooseLanguage(params.ui_locales, acceptLanguage);
    const action = `/interaction/${uid}`;
    if (request.method !== 'POST') {
      sendPage(response, 200, await signInPage(language, { action }));
      return;
    }
    const form = new URLSearchParams(await text(request));
    const email = form.get('email')?.trim() ?? '';
    const user = setup.users.find((one) => one.email.toLowerCase() === email.toLowerCase());
    if (!user || form.get('password') !== setup.password) {
      sendPage(response, 401, await signInPage(language, { action, email, isWrong: true }));
      return;
    }
    await provider.interactionFinished(request, response, { login: { accountId: subjectOf(user.email) } });
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error;
    const language = chooseLanguage(undefined, acceptLanguage);
    sendPage(response, 400, await failedPage(language, { consoleUrl: consoleUrl(setup) }));
  }
}

function sendPage(response: ServerResponse, status: number, page: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
  });
  response.end(page);
}
