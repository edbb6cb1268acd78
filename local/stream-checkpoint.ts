import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

/** How far one shard was handed over: up to this sequence number; `finished` once it is closed and read to its end. */
const shardProgress = z.object({ after: z.string().optional(), finished: z.boolean() });
const checkpoint = z.object({ streamArn: z.string(), shards: z.record(z.string(), shardProgress) });

export type ShardProgress = z.infer<typeof shardProgress>;

export interface Checkpoint {
  /** What was saved for this stream; empty if nothing was, or if the table has been made anew since. */
  load(streamArn: string): Map<string, ShardProgress>;
  save(streamArn: string, shards: ReadonlyMap<string, ShardProgress>): void;
}

/** A checkpoint for this run only. */
export const noCheckpoint: Checkpoint = { load: () => new Map(), save: () => {} };

/** A checkpoint in a small JSON file, replaced as a whole so that a crash leaves the old or the new one. */
export function checkpointFile(file: string): Checkpoint {
  return {
    load(streamArn) {
      const saved = readSaved(file);
      return new Map(saved?.streamArn === streamArn ? Object.entries(saved.shards) : []);
    },
    save(streamArn, shards) {
      mkdirSync(dirname(file), { recursive: true });
      const next = `${file}.next`;
      writeFileSync(next, JSON.stringify({ streamArn, shards: Object.fromEntries(shards) }));
      renameSync(next, file);
    },
  };
}

function readSaved(file: string): z.infer<typeof checkpoint> | undefined {
  try {
    return checkpoint.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`${file} is not a checkpoint; delete it to read the stream from its start`, {
      cause: error,
    });
  }
}
