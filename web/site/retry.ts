/** The longest wait between two tries, in seconds. */
const longest = 10;

/**
 * Seconds to wait before the next try: what the service asked for, else 1, 2, 4, … up to 10, and always some more at
 * random, so that many who were refused at once do not come back at once.
 * @param tries how many have failed, from 1.
 * @param random from 0 up to but not including 1.
 */
export function retrySeconds(tries: number, retryAfterSeconds: number | undefined, random: number): number {
  const base = Math.min(longest, retryAfterSeconds ?? 2 ** (tries - 1));
  return base + random * Math.max(1, base / 2);
}

/** Resolves after that many seconds. */
export function wait(seconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
  });
}
