import type { AdapterFactory, AdapterPayload } from 'oidc-provider';

interface Kept {
  readonly payload: AdapterPayload;
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Where the provider keeps sessions, codes and refresh tokens: in this process's memory, until they expire. */
export function memoryStore(): AdapterFactory {
  return () => {
    const kept = new Map<string, Kept>();

    function dropExpired(): void {
      const now = Date.now();
      for (const [id, { expiresAt }] of kept) if (expiresAt <= now) kept.delete(id);
    }
    function first(matches: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
      dropExpired();
      return [...kept.values()].find(({ payload }) => matches(payload))?.payload;
    }

    return {
      async upsert(id, payload, expiresIn) {
        dropExpired();
        const expiresAt = expiresIn === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresIn * 1000;
        kept.set(id, { payload, expiresAt });
      },
      async find(id) {
        dropExpired();
        return kept.get(id)?.payload;
      },
      findByUid: async (uid) => first((payload) => payload.uid === uid),
      findByUserCode: async (userCode) => first((payload) => payload.userCode === userCode),
      async consume(id) {
        const found = kept.get(id);
        if (found) found.payload.consumed = Math.floor(Date.now() / 1000);
      },
      async destroy(id) {
        kept.delete(id);
      },
      async revokeByGrantId(grantId) {
        for (const [id, { payload }] of kept) if (payload.grantId === grantId) kept.delete(id);
      },
    };
  };
}
