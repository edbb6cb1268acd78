import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

const agent = new Agent({ keepAlive: true, maxSockets: 1024 });

/** An answer and its body. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Posts over connections that stay open. */
export async function post(
  url: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string | string[] | undefined>> = {},
): Promise<Answer> {
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
    // The server closed a connection that had been idle, just as it was used again (nodejs.org/api/http.html,
    // `request.reusedSocket`): every browser then tries once more.
    if (sent.reusedSocket && 'code' in error && error.code === 'ECONNRESET')
      post(url, body, headers).then(resolve, reject);
    else reject(error);
  });
  sent.end(body);
  return promise;
}
