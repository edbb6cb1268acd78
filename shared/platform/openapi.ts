import * as z from 'zod/mini';
import { problem, problems } from '../contracts/problems.ts';
import { hasSchema, type Route } from '../contracts/route.ts';
import { routes } from '../contracts/routes.ts';

type Json = Record<string, unknown>;

/** A contract as a JSON Schema of the shape that goes over the wire. */
function jsonSchema(contract: z.core.$ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(contract, { io, unrepresentable: 'any' });
  return rest;
}

/**
 * The API as an OpenAPI 3.1 document, made from the route table.
 * @param server the address of the site.
 */
export function openApiDocument(server: string): Json {
  const paths: Record<string, Json> = {};
  for (const [name, route] of Object.entries<Route>(routes)) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(name, route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Startline', version: '1', description: 'Race entries that fund charity.' },
    servers: [{ url: server }],
    paths,
    components: {
      schemas: { Problem: jsonSchema(problem, 'output') },
      securitySchemes: { staff: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function operation(name: string, route: Route): Json {
  const required = route.access !== 'public';
  return {
    operationId: name,
    summary: route.summary,
    ...(required && { security: [{ staff: [] }], description: `For ${route.access.join(', ')}.` }),
    parameters: [
      ...parameters('path', route.params),
      ...parameters('query', route.query),
      ...(route.idempotent
        ? [
            {
              name: 'Idempotency-Key',
              in: 'header',
              required: true,
              schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{16,100}$' },
            },
          ]
        : []),
      ...(route.rawBody
        ? [{ name: 'Stripe-Signature', in: 'header', required: true, schema: { type: 'string' } }]
        : []),
    ],
    ...(route.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: jsonSchema(route.body, 'input') } },
      },
    }),
    ...(route.rawBody && {
      requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
    }),
    responses: {
      [String(route.status ?? 200)]: { description: 'Done.', content: content(route) },
      ...problemResponses(route),
    },
  };
}

function content(route: Route): Json {
  if (hasSchema(route.response))
    return { 'application/json': { schema: jsonSchema(route.response, 'output') } };
  return Object.fromEntries(
    Object.keys(route.response).map((type) => [type, { schema: { type: 'string' } }]),
  );
}

function parameters(place: 'path' | 'query', contract: z.ZodMiniObject | undefined): Json[] {
  if (!contract) return [];
  return Object.entries(contract.shape).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path',
    schema: jsonSchema(schema, 'input'),
  }));
}

function problemResponses(route: Route): Json {
  const byStatus = new Map<number, string[]>();
  const codes = [
    ...route.problems,
    ...(route.body ? (['body_not_json', 'body_too_large', 'media_type_unsupported'] as const) : []),
    'internal' as const,
  ];
  for (const code of codes) {
    const { status, title } = problems[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), `\`${code}\`: ${title}`]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, lines]) => [
      String(status),
      {
        description: lines.join(' '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}
