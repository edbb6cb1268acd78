import type { LambdaEvent } from 'hono/aws-lambda';

/** The header in which the edge tells the handlers the network a request came from; what a client sends is replaced. */
export const clientHeader = 'x-startline-client';

/**
 * The network that a request came from. Behind CloudFront it is the last but one of `X-Forwarded-For`: CloudFront adds
 * its viewer's address, the gateway adds CloudFront's, and what stands before is the client's own claim. In IPv6 it is
 * the first 64 bits, which one subscriber has.
 * @param behindCloudFront whether the request is known to have come through it.
 */
export function clientNetwork(
  forwardedFor: string | undefined,
  event: LambdaEvent | undefined,
  behindCloudFront: boolean,
): string | undefined {
  const address = behindCloudFront ? forwardedFor?.split(',').at(-2)?.trim() : sourceOf(event);
  return address?.includes(':') ? firstHalf(address) : address;
}

function sourceOf(event: LambdaEvent | undefined): string | undefined {
  const context = event && 'requestContext' in event ? event.requestContext : undefined;
  return context && 'http' in context ? context.http.sourceIp : undefined;
}

/** The first four groups of an IPv6 address, with `::` written out. */
function firstHalf(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length);
  const all = [...groups, ...Array<string>(zeros).fill('0'), ...after];
  return all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
