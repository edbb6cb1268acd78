/** Where the parts of the local run report what went wrong and was survived: `console` is one. */
export interface LocalLog {
  error(message: string, error: unknown): void;
}
