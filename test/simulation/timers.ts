/**
 * Hands the timers that jobs set to the gate, so that a pause between two tries of an SDK takes no real time and ends
 * when the seed says so. `wait` answers undefined outside of jobs; then the timer is a real one.
 * @returns what puts the real timers back.
 */
export function watchTimers(wait: (milliseconds: number) => Promise<void> | undefined): () => void {
  const { setTimeout: realSet, clearTimeout: realClear } = globalThis;
  const cleared = new WeakSet<object>();
  const set = (callback: (...args: unknown[]) => void, milliseconds = 0, ...args: unknown[]) => {
    const passed = wait(milliseconds);
    if (!passed) return realSet(callback, milliseconds, ...args);
    // Callers keep and clear what they get, and some look into it.
    const handle = realSet(() => {}, 0).unref();
    void runOut(passed, () => !cleared.has(handle) && callback(...args));
    return handle;
  };
  const clear = (handle: Parameters<typeof realClear>[0]) => {
    if (typeof handle === 'object' && handle !== null) cleared.add(handle);
    realClear(handle);
  };
  Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
  return () => {
    Object.assign(globalThis, { setTimeout: realSet, clearTimeout: realClear });
  };
}

async function runOut(passed: Promise<void>, call: () => unknown): Promise<void> {
  await passed;
  call();
}
