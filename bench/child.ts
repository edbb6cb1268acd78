import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import * as z from 'zod';

/** A part of a measurement in a process of its own. */
export interface Child {
  readonly pid: number;
  /** Asks it to do something and resolves with its answer. */
  ask<Answer>(request: unknown, answer: z.ZodType<Answer>): Promise<Answer>;
  stop(): void;
}

const envelope = z.object({ id: z.int(), content: z.unknown(), failure: z.string().optional() });

/** Starts a module of this folder, or one by its whole path; it answers by `answerParent`, and ends with this process. */
export function startChild(module: string): Child {
  const child = fork(resolve(import.meta.dirname, module), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const asked = new Map<number, { resolve: (content: unknown) => void; reject: (error: Error) => void }>();
  let last = 0;
  child.on('message', (message) => {
    const { id, content, failure } = envelope.parse(message);
    if (failure === undefined) asked.get(id)?.resolve(content);
    else asked.get(id)?.reject(new Error(`${module}: ${failure}`));
    asked.delete(id);
  });
  child.on('exit', (code) => {
    for (const { reject } of asked.values()) reject(new Error(`${module} ended with ${code}`));
  });
  return {
    // Without an id the process could not be started, and `exit` has told of it.
    pid: child.pid ?? 0,
    ask: async (content, answer) => {
      last += 1;
      const { promise, ...settle } = Promise.withResolvers<unknown>();
      asked.set(last, settle);
      child.send({ id: last, content });
      return answer.parse(await promise);
    },
    stop: () => {
      child.disconnect();
    },
  };
}

/** In a child: answers what the parent asks, and ends when the parent is gone. */
export function answerParent(answer: (request: unknown) => Promise<unknown>): void {
  process.on('disconnect', () => process.exit());
  process.on('message', (message) => {
    const { id, content } = envelope.parse(message);
    answer(content).then(
      (given) => process.send?.({ id, content: given ?? null }),
      (error: unknown) => process.send?.({ id, content: null, failure: String(error) }),
    );
  });
}
