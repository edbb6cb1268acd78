import { SESv2Client } from '@aws-sdk/client-sesv2';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import Stripe from 'stripe';
import { mailerOpened } from '../../shared/mail/ses.ts';
import { stripeOpening } from '../../shared/payments/stripe/sdk.ts';
import { databaseOpened } from '../../shared/platform/database.ts';
import { tableNames } from '../../shared/platform/tables.ts';
import type { Gate } from './gate.ts';

/** Puts the gate into every client that is opened from now on, outside of the SDK's own retries where it has any. */
export function tapClients(gate: Gate): () => void {
  const onDatabase = (client: unknown) => {
    if (!(client instanceof DynamoDBDocumentClient)) return;
    client.middlewareStack.add(
      (next, context) => (args) =>
        gate.through('dynamodb', describe(String(context.commandName), args.input), () => next(args)),
      { step: 'initialize', priority: 'high', name: 'simulationGate' },
    );
  };
  const onMailer = (client: unknown) => {
    if (!(client instanceof SESv2Client)) return;
    client.middlewareStack.add((next) => (args) => gate.through('mail', 'SendEmail', () => next(args)), {
      step: 'initialize',
      priority: 'high',
      name: 'simulationGate',
    });
  };
  const onStripe = (config: unknown) => {
    if (config instanceof Object) Object.assign(config, { httpClient: gatedHttp(gate) });
  };
  databaseOpened.subscribe(onDatabase);
  mailerOpened.subscribe(onMailer);
  stripeOpening.subscribe(onStripe);
  return () => {
    databaseOpened.unsubscribe(onDatabase);
    mailerOpened.unsubscribe(onMailer);
    stripeOpening.unsubscribe(onStripe);
  };
}

/** A command by its name and the tables it names, each once. */
function describe(command: string, input: unknown): string {
  const text = JSON.stringify(input);
  const tables = tableNames.filter((name) => text.includes(`-${name}"`));
  return [command.replace(/(Items)?Command$/, ''), ...tables].join(' ');
}

/** Stripe's own HTTP client, whose answers are read to their end before they wait at the gate. */
function gatedHttp(gate: Gate): Stripe.HttpClient {
  const inner = Stripe.createNodeHttpClient();
  return {
    getClientName: () => inner.getClientName(),
    makeRequest: (...request) => {
      const [, , path, method] = request;
      const what = `${method} ${path.replace(/\?.*/, '').replace(/\b(cs_test|pi|re|ch|du|evt)_\w+/, ':id')}`;
      return gate.through('stripe', what, async () => {
        const answer = await inner.makeRequest(...request);
        const body: unknown = await answer.toJSON();
        return {
          getStatusCode: () => answer.getStatusCode(),
          getHeaders: () => answer.getHeaders(),
          getRawResponse: () => answer.getRawResponse(),
          toStream: (complete) => answer.toStream(complete),
          toJSON: async () => body,
        };
      });
    },
  };
}
