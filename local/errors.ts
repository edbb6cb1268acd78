export type LocalRunProblem = 'port_taken' | 'no_java' | 'data_unreadable' | 'not_started';

/**
 * Why a part of the one-machine run could not start. The message is written for whoever started it: it
 * names the thing in the way and what to do, so that it can be shown without a stack.
 */
export class LocalRunError extends Error {
  override readonly name = 'LocalRunError';
  readonly problem: LocalRunProblem;

  constructor(problem: LocalRunProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}
