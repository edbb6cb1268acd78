import { Logger } from '@aws-lambda-powertools/logger';

/** What a log line may say besides its message: ids, codes, counts, durations. Never names, addresses or secrets. */
export type LogFacts = Record<string, string | number | boolean>;

/** A structured log of one function. */
export interface Log {
  info(message: string, facts?: LogFacts): void;
  warn(message: string, facts?: LogFacts): void;
  /** An unexpected error, with its stack. */
  error(message: string, error: unknown, facts?: LogFacts): void;
}

/** A log that writes one JSON line each to standard output, as CloudWatch reads them. */
export function openLog(service: string): Log {
  const logger = new Logger({ serviceName: service });
  return {
    info: (message, facts = {}) => logger.info(message, facts),
    warn: (message, facts = {}) => logger.warn(message, facts),
    error: (message, error, facts = {}) =>
      logger.error(
        message,
        error instanceof Error ? { ...facts, error } : { ...facts, error: String(error) },
      ),
  };
}
