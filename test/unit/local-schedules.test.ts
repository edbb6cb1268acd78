import { expect, test, vi } from 'vitest';
import { runEvery } from '../../local/schedules.ts';

const quiet = { error: () => {} };

test('a slow run is never joined by the next one, and stop waits for it', async () => {
  const runs: PromiseWithResolvers<void>[] = [];
  const schedule = runEvery({
    name: 'slow',
    seconds: 0.001,
    handler: () => {
      const run = Promise.withResolvers<void>();
      runs.push(run);
      return run.promise;
    },
    log: quiet,
  });
  await vi.waitFor(() => expect(runs).toHaveLength(1));
  const other = vi.fn(async () => {});
  const witness = runEvery({ name: 'witness', seconds: 0.001, handler: other, log: quiet });
  await vi.waitFor(() => expect(other.mock.calls.length).toBeGreaterThan(5));
  await witness.stop();
  expect(runs).toHaveLength(1);

  runs[0]?.resolve();
  await vi.waitFor(() => expect(runs).toHaveLength(2));
  let stopped = false;
  const stop = schedule.stop().then(() => {
    stopped = true;
  });
  await Promise.resolve();
  expect(stopped).toBe(false);
  runs[1]?.resolve();
  await stop;
  expect(runs).toHaveLength(2);
});

test('a failing run is logged and does not end the schedule', async () => {
  const failure = new Error('no database');
  const log = { error: vi.fn() };
  const handler = vi.fn(async () => {
    throw failure;
  });
  const schedule = runEvery({ name: 'sweep', seconds: 0.001, handler, log });
  await vi.waitFor(() => expect(handler.mock.calls.length).toBeGreaterThan(2));
  await schedule.stop();
  expect(log.error).toHaveBeenCalledWith(expect.stringContaining('sweep'), failure);
});

test('the first run may come sooner than the interval', async () => {
  const handler = vi.fn(async () => {});
  const schedule = runEvery({ name: 'hourly', seconds: 3600, firstAfterSeconds: 0, handler, log: quiet });
  await vi.waitFor(() => expect(handler).toHaveBeenCalledTimes(1));
  await schedule.stop();
  expect(handler).toHaveBeenCalledTimes(1);
});
