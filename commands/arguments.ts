import { type ParseArgsConfig, parseArgs } from 'node:util';
import { ended } from './stage.ts';

/**
 * The arguments of a command, as `parseArgs` reads them. What it does not know ends the command with the code 2, a line
 * that names it, and the usage.
 */
export function readArguments<const T extends ParseArgsConfig>(
  config: T,
  usage: string,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const [fault = ''] = error.message.split('. ');
    return ended(`${fault}.\n${usage}`, 2);
  }
}
