import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkpointFile } from '../../local/stream-checkpoint.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'startline-checkpoint-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a checkpoint is found again by its stream, and by no other', () => {
  const file = join(folder, 'streams', 'places.json');
  const shards = new Map([
    ['shard-1', { after: '17', finished: true }],
    ['shard-2', { finished: false }],
  ]);
  checkpointFile(file).save('arn:first', shards);
  expect(checkpointFile(file).load('arn:first')).toEqual(shards);
  // The table was deleted and made again: its new stream starts at its start.
  expect(checkpointFile(file).load('arn:second')).toEqual(new Map());
});

test('nothing saved is a start from the beginning, and nonsense is named', () => {
  expect(checkpointFile(join(folder, 'none.json')).load('arn:first')).toEqual(new Map());
  const broken = join(folder, 'broken.json');
  writeFileSync(broken, '{"streamArn":');
  expect(() => checkpointFile(broken).load('arn:first')).toThrow(`${broken} is not a checkpoint`);
});
