import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import {
  accessTokenClaims,
  CLIENT_ID,
  idTokenClaims,
  type StaffUser,
  subjectOf,
  TOKEN_SECONDS,
} from './claims.ts';
import type { StaffKeys } from './keys.ts';
import { memoryStore } from './memory-store.ts';
import { failedPage, signedOutPage, signOutPage } from './pages.ts';
import { chooseLanguage, type Language } from './words.ts';

const SCOPES = 'openid email profile';
const STAFF_API = 'urn:startline:staff-api';
const SESSION_SECONDS = 12 * 60 * 60;
const MINUTES = 60;

/** Who may sign in, and where they come from. */
export interface Setup {
  readonly redirectUris: readonly [string, ...string[]];
  readonly users: readonly StaffUser[];
  readonly password: string;
}

/** Where a person goes who is lost: the start of the site the console is on. */
export function consoleUrl({ redirectUris: [first] }: Setup): string {
  return new URL('/', first).href;
}

function languageOf(context: KoaContextWithOIDC): Language {
  return chooseLanguage(context.oidc?.params?.ui_locales, context.get('accept-language'));
}

/** How the provider behaves: see `startStaffSignIn`. */
export function configuration(setup: Setup & { readonly keys: StaffKeys }): Configuration {
  const { redirectUris, users, keys } = setup;
  const origins = new Set(redirectUris.map((uri) => new URL(uri).origin));
  const userBySubject = new Map(users.map((user) => [subjectOf(user.email), user]));
  return {
    clients: [
      {
        client_id: CLIENT_ID,
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: redirectUris,
        post_logout_redirect_uris: [...origins]
          .flatMap((origin) => [origin, `${origin}/`])
          .concat(redirectUris),
      },
    ],
    adapter: memoryStore(),
    jwks: { keys: [keys.signing] },
    cookies: { keys: keys.cookies },
    routes: { end_session: '/logout' },
    clientBasedCORS: (_context, origin) => origins.has(origin),
    scopes: SCOPES.split(' '),
    claims: {
      openid: ['sub', 'cognito:groups', 'cognito:username', 'token_use'],
      email: ['email', 'email_verified'],
      profile: ['name'],
    },
    // Cognito's ID tokens say who it is; the specification would leave that to another request.
    conformIdTokenClaims: false,
    findAccount(_context, subject) {
      const user = userBySubject.get(subject);
      return user && { accountId: subject, claims: () => idTokenClaims(user) };
    },
    extraTokenClaims(_context, token) {
      const user = 'accountId' in token ? userBySubject.get(token.accountId) : undefined;
      return user && accessTokenClaims(user);
    },
    async loadExistingGrant(context) {
      const { client, session, provider } = context.oidc;
      if (!client || !session?.accountId) return undefined;
      const grantId = session.grantIdFor(client.clientId);
      const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
      if (known) return known;
      // The console is the service's own: people are not asked what it may see.
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope(SCOPES);
      grant.addResourceScope(STAFF_API, SCOPES);
      await grant.save();
      return grant;
    },
    issueRefreshToken: (_context, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    ttl: {
      AccessToken: TOKEN_SECONDS,
      AuthorizationCode: MINUTES,
      Grant: SESSION_SECONDS,
      IdToken: TOKEN_SECONDS,
      Interaction: 60 * MINUTES,
      RefreshToken: SESSION_SECONDS,
      Session: SESSION_SECONDS,
    },
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => STAFF_API,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: SCOPES,
          audience: CLIENT_ID,
          accessTokenFormat: 'jwt',
          accessTokenTTL: TOKEN_SECONDS,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
      rpInitiatedLogout: {
        enabled: true,
        async logoutSource(context, form) {
          context.body = await signOutPage(languageOf(context), form);
        },
        async postLogoutSuccessSource(context) {
          context.body = await signedOutPage(languageOf(context), consoleUrl(setup));
        },
      },
    },
    async renderError(context, { error, error_description }) {
      context.type = 'html';
      context.body = await failedPage(languageOf(context), {
        reason: error_description ?? error,
        consoleUrl: consoleUrl(setup),
      });
    },
  };
}
