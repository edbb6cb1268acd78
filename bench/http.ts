import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

const agent = new Agent({ keepAlive: true, maxSockets: 1024 });

/** An answer and its body. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

type Headers = Readonly<Record<string, string>>;

/** The server closed a connection that had been idle just as it was used again (nodejs.org/api/http.html). */
class ConnectionStale extends Error {
  override readonly name = 'ConnectionStale';
}

/** Posts over connections that stay open; a stale one is replaced by a new one, as browsers do. */
export async function post(url: string, body: string | Buffer, headers: Headers = {}): Promise<Answer> {
  for (;;)
    try {
      return await postOnce(url, body, headers);
    } catch (error) {
      if (!(error instanceof ConnectionStale)) throw error;
    }
}

function postOnce(url: string, body: string | Buffer, headers: Headers): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = request(
    url,
    {
      method: 'POST',
      agent,
      headers: {
        'content-type': 'application/json',
        ...headers,
        'content-length': Buffer.byteLength(body),
      },
    },
    (answer) => {
      text(answer).then((read) => resolve({ status: answer.statusCode ?? 0, body: read }), reject);
    },
  );
  sent.on('error', (error) => {
    const stale = sent.reusedSocket && 'code' in error && error.code === 'ECONNRESET';
    reject(stale ? new ConnectionStale('The connection was stale.', { cause: error }) : error);
  });
  sent.end(body);
  return promise;
}
