import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Provider } from 'oidc-provider';
import { listenOnLoopback } from '../ports.ts';
import { stopServer } from '../serve.ts';
import { loadStaffKeys, type StaffKeys } from './keys.ts';
import { configuration, type Setup } from './provider.ts';
import { answerSignInForm } from './sign-in-form.ts';

export interface StaffSignIn {
  /** The OpenID Connect issuer; its discovery document is below `/.well-known/openid-configuration`. */
  readonly issuer: string;
  readonly keys: StaffKeys;
  stop(): Promise<void>;
}

/**
 * Starts the OpenID Connect provider that stands in for Cognito: authorization code with PKCE (S256) for the
 * public client `startline-console`; access tokens are RS256 JWTs of 15 minutes with Cognito's claims; refresh
 * tokens rotate; `/logout` takes Cognito's `logout_uri` as well as the standard parameters. Every user has
 * the same `password`.
 *
 * With `keysFile` access tokens stay valid over a restart. Sessions and refresh tokens are kept in memory:
 * after a restart people sign in again. `port` 0 takes any free one; `issuer` is by default
 * `http://localhost:<port>`. Browsers of the origins of `redirectUris` may call it, and people may come back
 * to those origins after signing out.
 *
 * Throws `LocalRunError` `port_taken`.
 */
export async function startStaffSignIn(
  options: Setup & { readonly port: number; readonly issuer?: string; readonly keysFile?: string },
): Promise<StaffSignIn> {
  const keys = await loadStaffKeys(options.keysFile);
  const server = createServer();
  const port = await listenOnLoopback(server, options.port, 'the staff sign-in');
  const issuer = options.issuer ?? `http://localhost:${port}`;
  const provider = new Provider(issuer, configuration({ ...options, keys }));
  const answerProvider = provider.callback();

  function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', issuer);
    if (url.pathname.startsWith('/interaction/')) {
      return answerSignInForm(provider, options, request, response);
    }
    request.url = withStandardLogout(url);
    return answerProvider(request, response);
  }
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response).catch((error: unknown) => {
      console.error(`the staff sign-in: ${request.method} ${request.url}`, error);
      response.destroy();
    });
  });

  return { issuer, keys, stop: () => stopServer(server) };
}

/** Cognito names the parameter `logout_uri`, OpenID Connect `post_logout_redirect_uri`. */
function withStandardLogout(url: URL): string {
  const logoutUri = url.searchParams.get('logout_uri');
  if (url.pathname === '/logout' && logoutUri !== null) {
    url.searchParams.delete('logout_uri');
    url.searchParams.set('post_logout_redirect_uri', logoutUri);
  }
  return url.pathname + url.search;
}
