import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const commands = readdirSync(join(root, 'commands')).filter((file) =>
  readFileSync(join(root, 'commands', file), 'utf8').includes('const usage = '),
);

function run(...parameters: string[]) {
  const { status, stderr } = spawnSync(process.execPath, parameters, { cwd: root, encoding: 'utf8' });
  return { status, lines: stderr.trim().split('\n') };
}

describe.each(commands)('commands/%s', (file) => {
  it('ends for an unknown option with the code 2, a line that names it, and the usage', () => {
    const { status, lines } = run(join('commands', file), '--nope');
    expect(status).toBe(2);
    expect(lines[0]).toBe("Unknown option '--nope'.");
    expect(lines[2]).toMatch(/^ {2}npm run [a-z:]+ /);
  });

  it('knows the stages', () => {
    const event = 'events/almaty-marathon-2027.json';
    const needed: Record<string, string[]> = { 'capacity.ts': ['race', '10k', '5'], 'publish.ts': [event] };
    const { status, lines } = run(join('commands', file), ...(needed[file] ?? []), '--stage', 'lvie');
    expect([status, lines]).toEqual([2, ['There is no stage "lvie", only test and live.']]);
  });
});
