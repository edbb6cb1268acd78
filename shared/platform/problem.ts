import { type Problem, type ProblemCode, problems } from '../contracts/problems.ts';

/** What a problem document says besides its code. */
export type ProblemDetail = Partial<
  Pick<Problem, 'errors' | 'prices' | 'back' | 'distance' | 'nextReleaseAt' | 'opensAt' | 'field'>
> & {
  /** Seconds after which trying again makes sense, as the Retry-After header. */
  readonly retryAfter?: number;
};

/** An answer that a caller can act on: a stable code of `shared/contracts/problems.ts` and what it depends on. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ProblemCode;
  readonly detail: ProblemDetail;

  constructor(code: ProblemCode, detail: ProblemDetail = {}) {
    super(problems[code].title);
    this.code = code;
    this.detail = detail;
  }
}

/** The RFC 9457 document of a problem. */
export function problemOf(code: ProblemCode, detail: ProblemDetail, instance: string | undefined): Problem {
  const { retryAfter: _, ...members } = detail;
  const { status, title } = problems[code];
  return {
    type: `urn:startline:problem:${code}`,
    title,
    status,
    code,
    ...members,
    ...(instance && { instance }),
  };
}
