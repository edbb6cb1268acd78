import { Hono } from 'hono';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { clientHeader, clientNetwork } from './client-address.ts';
import { readOriginSecret, type Settings } from './settings.ts';

/** The header that CloudFront adds to each request that passed the firewall. */
const originHeader = 'x-startline-origin';

type Bindings = { Bindings: { event: LambdaEvent; lambdaContext: LambdaContext } };

/**
 * The Lambda handler of an app that stands behind CloudFront: a request that did not come that way, and so not
 * through the firewall, is refused. The network it came from is told in `clientHeader`.
 */
export async function behindEdge(
  app: { fetch(request: Request, env: Bindings['Bindings']): Response | Promise<Response> },
  settings: Settings,
) {
  const secret = await readOriginSecret(settings);
  const edge = new Hono<Bindings>();
  edge.all('*', (c) => {
    if (secret !== undefined && c.req.header(originHeader) !== secret)
      return c.json({ message: 'Forbidden' }, 403);
    const { headers } = c.req.raw;
    const network = clientNetwork(c.req.header('x-forwarded-for'), c.env.event, secret !== undefined);
    headers.delete(clientHeader);
    if (network !== undefined) headers.set(clientHeader, network);
    return app.fetch(c.req.raw, c.env);
  });
  return handle(edge);
}
