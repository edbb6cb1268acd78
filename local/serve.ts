import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listenOnLoopback, loopback } from './ports.ts';

export interface Served {
  /** Without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** Ends open connections and the server. */
  stop(): Promise<void>;
}

/**
 * Serves a fetch-style handler, such as a Hono app's, on loopback; port 0 takes any free one. A handler that
 * answers `Response.error()` drops the connection without an answer. Throws `LocalRunError` `port_taken`.
 */
export async function serve(options: {
  readonly port: number;
  readonly purpose: string;
  readonly handler: (request: Request) => Response | Promise<Response>;
}): Promise<Served> {
  const server = createServer((incoming, outgoing) => {
    answer(options.handler, incoming, outgoing).catch((error: unknown) => {
      console.error(`${options.purpose}: ${incoming.method} ${incoming.url}`, error);
      outgoing.destroy();
    });
  });
  const port = await listenOnLoopback(server, options.port, options.purpose);
  return {
    url: `http://${loopback}:${port}`,
    port,
    stop: () => stopServer(server),
  };
}

/** Ends a server's open connections and the server itself. */
export async function stopServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

async function answer(
  handler: (request: Request) => Response | Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const response = await handler(await toRequest(incoming));
  if (response.type === 'error') {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(response.status, [...response.headers].flat());
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const method = incoming.method ?? 'GET';
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headersDistinct)) {
    for (const one of value ?? []) headers.append(name, one);
  }
  const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? loopback}`);
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(url, {
    method,
    headers,
    ...(hasBody && { body: new Uint8Array(await buffer(incoming)) }),
  });
}
