import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { LocalRunError } from './errors.ts';

/** What the double listens on: never reachable from another machine. */
export const loopback = '127.0.0.1';

/**
 * Lets `server` listen on loopback and answers its port; 0 asks for any free one. `purpose` names what the
 * port is for (`the outbox`). Throws {@link LocalRunError} `port_taken`.
 */
export async function listenOnLoopback(server: Server, port: number, purpose: string): Promise<number> {
  return listen(server, port, loopback, purpose);
}

/**
 * Checks that a program which listens on every address may have this port, and answers it; for 0 a free
 * one is picked. Throws {@link LocalRunError} `port_taken`.
 */
export async function findPort(port: number, purpose: string): Promise<number> {
  // Some systems let a program listen on every address while another has the port on loopback: ask for both.
  const onLoopback = await tryPort(port, loopback, purpose);
  return tryPort(onLoopback, undefined, purpose);
}

async function tryPort(port: number, host: string | undefined, purpose: string): Promise<number> {
  const server = createServer();
  const found = await listen(server, port, host, purpose);
  server.close();
  await once(server, 'close');
  return found;
}

async function listen(
  server: Server,
  port: number,
  host: string | undefined,
  purpose: string,
): Promise<number> {
  try {
    server.listen({ port, host });
    await once(server, 'listening');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'EADDRINUSE') throw portTaken(port, purpose);
    throw error;
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no TCP address');
  return address.port;
}

/** The error of a port that another program has, with the command that names this program. */
export function portTaken(port: number, purpose: string): LocalRunError {
  const find = process.platform === 'win32' ? `netstat -ano | findstr :${port}` : `lsof -nP -i :${port}`;
  return new LocalRunError(
    'port_taken',
    `port ${port} is taken, and ${purpose} needs it. Perhaps another run is going on; ` +
      `\`${find}\` shows which program has it.`,
  );
}
