import { html, raw } from 'hono/html';
import { page } from '../page.ts';
import { type Language, wordsIn } from './words.ts';

/** The form that asks for e-mail and password; after a wrong try with what was entered. */
export function signInPage(
  language: Language,
  { action, email = '', isWrong = false }: { action: string; email?: string; isWrong?: boolean },
): Promise<string> {
  const words = wordsIn(language);
  const alert = isWrong ? html`<p class="alert" role="alert" id="wrong">${words.wrong}</p>` : '';
  const invalid = isWrong ? raw(' aria-invalid="true" aria-describedby="wrong"') : '';
  // After a wrong password the cursor waits in the password field.
  const [emailFocus, passwordFocus] = isWrong ? ['', raw(' autofocus')] : [raw(' autofocus'), ''];
  return page({
    language,
    title: `${words.title} · Startline`,
    note: words.note,
    body: html`<main class="narrow">
<form class="card stack" method="post" action="${action}">
<h1>${words.title}</h1>
<p class="soft">${words.intro}</p>
${alert}
<div><label for="email">${words.email}</label>
<input id="email" name="email" type="email" autocomplete="username" required value="${email}"${invalid}${emailFocus}></div>
<div><label for="password">${words.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${invalid}${passwordFocus}></div>
<button type="submit">${words.signIn}</button>
</form>
</main>`,
  });
}

/** Why signing in did not work, and the way back to the console. */
export function failedPage(
  language: Language,
  { reason, consoleUrl }: { reason?: string; consoleUrl: string },
) {
  const words = wordsIn(language);
  return page({
    language,
    title: `${words.failed} · Startline`,
    note: words.note,
    body: html`<main class="narrow"><div class="card stack">
<h1>${words.failed}</h1>
<p class="alert" role="alert">${reason ?? words.expired}</p>
<p><a href="${consoleUrl}">${words.again}</a></p>
</div></main>`,
  });
}

/** Finishes signing out by itself; `form` is the provider's own, with the id `op.logoutForm`. */
export function signOutPage(language: Language, form: string): Promise<string> {
  const words = wordsIn(language);
  return page({
    language,
    title: `${words.signingOut} · Startline`,
    note: words.note,
    body: html`<main class="narrow"><div class="card stack">
<h1>${words.signingOut}</h1>
${raw(form)}
<button type="submit" form="op.logoutForm" name="logout" value="yes" id="sign-out">${words.signOut}</button>
<script>document.getElementById('sign-out').click();</script>
</div></main>`,
  });
}

export function signedOutPage(language: Language, consoleUrl: string): Promise<string> {
  const words = wordsIn(language);
  return page({
    language,
    title: `${words.signedOut} · Startline`,
    note: words.note,
    body: html`<main class="narrow"><div class="card stack">
<h1>${words.signedOut}</h1>
<p><a href="${consoleUrl}">${words.again}</a></p>
</div></main>`,
  });
}
