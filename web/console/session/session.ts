import { type Directory, DirectoryError } from './directory.ts';
import { keptAttempt, keptTokens, type Tokens } from './tokens.ts';

/** Nobody is signed in, or no longer. */
export class SignedOutError extends Error {
  override readonly name = 'SignedOutError';
}

/** Who is signed in with this tab. */
export interface Session {
  readonly isOpen: () => boolean;
  readonly email: () => string | undefined;
  /** The directory's identifier of the person, by which acts name people. */
  readonly subject: () => string | undefined;
  /** Leaves for the directory's sign-in page. Throws DirectoryError. */
  readonly begin: (returnTo: string, locale: string) => Promise<void>;
  /** Ends a sign-in with the address it came back with; gives the page to return to. Throws DirectoryError. */
  readonly finish: (address: URL) => Promise<string>;
  /** An access token that is valid for the next seconds. Throws SignedOutError or DirectoryError. */
  readonly token: () => Promise<string>;
  /** Forgets the tokens, as the service does not take them any more. */
  readonly end: () => void;
  /** Signs out here and in the directory, and leaves for its page. */
  readonly signOut: () => Promise<void>;
}

/** A token is renewed so many milliseconds before its end, which no request outlasts. */
const renewBefore = 30_000;

export function openSession(directory: Directory): Session {
  let renewing: Promise<Tokens> | undefined;

  const renew = async (tokens: Tokens): Promise<Tokens> => {
    const { refresh } = tokens;
    if (refresh === undefined) throw new SignedOutError();
    try {
      const renewed = await directory.refresh({ ...tokens, refresh });
      keptTokens.write(renewed);
      return renewed;
    } catch (error) {
      throw error instanceof DirectoryError && error.reason === 'refused' ? new SignedOutError() : error;
    }
  };

  return {
    isOpen: () => keptTokens.read() !== undefined,
    email: () => keptTokens.read()?.email,
    subject: () => keptTokens.read()?.subject,

    async begin(returnTo, locale) {
      const { url, attempt } = await directory.begin(returnTo, locale);
      keptAttempt.write(attempt);
      location.assign(url);
    },

    async finish(address) {
      const attempt = keptAttempt.read();
      keptAttempt.clear();
      if (!attempt) throw new DirectoryError('refused');
      keptTokens.write(await directory.finish(address, attempt));
      return attempt.returnTo;
    },

    async token() {
      const tokens = keptTokens.read();
      if (!tokens) throw new SignedOutError();
      if (tokens.expiresAt - Date.now() > renewBefore) return tokens.access;
      // A refresh token works once: requests at the same time share one renewal.
      renewing ??= renew(tokens).finally(() => {
        renewing = undefined;
      });
      return (await renewing).access;
    },

    end: () => keptTokens.clear(),

    async signOut() {
      const tokens = keptTokens.read();
      keptTokens.clear();
      // Out of reach, the directory cannot end its own session; this one has ended.
      const farewell = tokens && (await directory.end(tokens).catch(() => undefined));
      location.assign(farewell ?? '/console/');
    },
  };
}
