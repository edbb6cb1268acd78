import * as oauth from 'oauth4webapi';
import type { Settings } from '../settings.ts';
import type { Attempt, Tokens } from './tokens.ts';

/** The staff directory did not do what was asked: it said no, or nothing that can be used. */
export class DirectoryError extends Error {
  override readonly name = 'DirectoryError';
  readonly reason: 'out_of_reach' | 'refused';

  constructor(reason: DirectoryError['reason'], options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}

/** The staff directory, spoken to by OpenID Connect: authorization code with PKCE. */
export interface Directory {
  /** The address of the sign-in page, and what to remember until the browser comes back. */
  begin(returnTo: string, locale: string): Promise<{ url: URL; attempt: Attempt }>;
  /** Turns the address that the browser came back with into tokens. */
  finish(address: URL, attempt: Attempt): Promise<Tokens>;
  refresh(tokens: Tokens & { readonly refresh: string }): Promise<Tokens>;
  /** Ends what the refresh token is good for, and gives the address that signs out of the directory too. */
  end(tokens: Tokens): Promise<URL | undefined>;
}

/** All of its functions may throw DirectoryError. */
export function openDirectory({ issuer, clientId }: Settings): Directory {
  const client: oauth.Client = { client_id: clientId };
  const redirectUri = `${location.origin}/console/callback`;
  // A directory on one's own machine is the only one without TLS.
  const options = { [oauth.allowInsecureRequests]: new URL(issuer).protocol === 'http:' };
  let found: Promise<oauth.AuthorizationServer> | undefined;

  const discover = async (): Promise<oauth.AuthorizationServer> => {
    const response = await oauth.discoveryRequest(new URL(issuer), options);
    return oauth.processDiscoveryResponse(new URL(issuer), response);
  };
  const server = (): Promise<oauth.AuthorizationServer> => {
    found ??= discover().catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };

  return {
    begin: (returnTo, locale) =>
      answered(async () => {
        const { authorization_endpoint: endpoint } = await server();
        if (endpoint === undefined) throw new Error('The staff directory names no sign-in page.');
        const attempt = {
          state: oauth.generateRandomState(),
          nonce: oauth.generateRandomNonce(),
          verifier: oauth.generateRandomCodeVerifier(),
          returnTo,
        };
        const url = new URL(endpoint);
        url.search = new URLSearchParams({
          client_id: clientId,
          redirect_uri: redirectUri,
          response_type: 'code',
          scope: 'openid email',
          code_challenge: await oauth.calculatePKCECodeChallenge(attempt.verifier),
          code_challenge_method: 'S256',
          state: attempt.state,
          nonce: attempt.nonce,
          ui_locales: locale,
        }).toString();
        return { url, attempt };
      }),

    finish: (address, { state, nonce, verifier }) =>
      answered(async () => {
        const parameters = oauth.validateAuthResponse(await server(), client, address, state);
        const response = await oauth.authorizationCodeGrantRequest(
          await server(),
          client,
          oauth.None(),
          parameters,
          redirectUri,
          verifier,
          options,
        );
        const checks = { expectedNonce: nonce, requireIdToken: true };
        const granted = await oauth.processAuthorizationCodeResponse(
          await server(),
          client,
          response,
          checks,
        );
        const claims = oauth.getValidatedIdTokenClaims(granted);
        const email = claims?.email;
        return {
          ...tokensOf(granted),
          ...(typeof email === 'string' && { email }),
          ...(claims && { subject: claims.sub }),
        };
      }),

    refresh: (tokens) =>
      answered(async () => {
        const response = await oauth.refreshTokenGrantRequest(
          await server(),
          client,
          oauth.None(),
          tokens.refresh,
          options,
        );
        const granted = await oauth.processRefreshTokenResponse(await server(), client, response);
        // A directory that rotates refresh tokens gives a new one; the others let the old one live on.
        return { ...tokens, ...tokensOf(granted) };
      }),

    end: ({ refresh }) =>
      answered(async () => {
        const { revocation_endpoint: revokes, end_session_endpoint: endpoint } = await server();
        if (refresh !== undefined && revokes !== undefined)
          await oauth.processRevocationResponse(
            await oauth.revocationRequest(await server(), client, oauth.None(), refresh, options),
          );
        if (endpoint === undefined) return undefined;
        const url = new URL(endpoint);
        // `logout_uri` is Cognito's name of the parameter (docs.aws.amazon.com/cognito, "Logout endpoint").
        url.search = new URLSearchParams({
          client_id: clientId,
          logout_uri: `${location.origin}/console/`,
        }).toString();
        return url;
      }),
  };
}

function tokensOf(granted: oauth.TokenEndpointResponse): Tokens {
  const { access_token: access, expires_in: seconds = 0, refresh_token: refresh } = granted;
  return { access, expiresAt: Date.now() + seconds * 1000, ...(refresh !== undefined && { refresh }) };
}

/** Whatever is no clear refusal (no connection, an error page) may work when it is tried again. */
async function answered<Value>(step: () => Promise<Value>): Promise<Value> {
  try {
    return await step();
  } catch (error) {
    throw new DirectoryError(isRefusal(error) ? 'refused' : 'out_of_reach', { cause: error });
  }
}

function isRefusal(error: unknown): boolean {
  return (
    error instanceof oauth.AuthorizationResponseError ||
    error instanceof oauth.ResponseBodyError ||
    // A state or nonce that is not ours, or an ID token that does not fit.
    (error instanceof oauth.OperationProcessingError && error.code !== oauth.RESPONSE_IS_NOT_CONFORM)
  );
}
