import { generateOpenApiDocument } from 'trpc-to-openapi';
import { z } from 'zod';
import type { appRouter } from '../router.ts';
import { problemStatus } from '../problem.ts';
import { ingestResultSchema } from '../shapes/ingest-result-schema.ts';
import { receipt } from '../shapes/load.ts';

/** What is read of an operation to serve it. */
const parameter = z.object({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean().optional(),
  schema: z
    .looseObject({ type: z.union([z.string(), z.array(z.string())]).optional(), items: z.unknown().optional() })
    .optional(),
});
const operation = z.looseObject({
  operationId: z.string(),
  summary: z.string().optional(),
  tags: z.array(z.string()).optional(),
  parameters: z.array(parameter).optional(),
  requestBody: z.unknown().optional(),
  responses: z.record(z.string(), z.unknown()),
});
export type Operation = z.infer<typeof operation>;

export const openApiDocument = z.looseObject({
  openapi: z.string(),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({}),
});
export type OpenApiDocument = z.infer<typeof openApiDocument>;

/** The OpenAPI 3.1 document of everything under /api/v1, made from the procedures and their schemas. */
export function describeApi(router: typeof appRouter, version: string): OpenApiDocument {
  const generated: unknown = JSON.parse(
    JSON.stringify(
      generateOpenApiDocument(router, {
        title: 'Assay',
        description: 'Data quality for files: send a file, get a verdict. Ids and counts of 64 bits are text.',
        version,
        baseUrl: '/api/v1',
        tags: ['files', 'sources', 'rules', 'loads', 'anomalies', 'incidents', 'events', 'keys', 'system'],
        securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key, `assay_…`.' } },
      }),
    ),
  );
  const document = openApiDocument.parse(generated);
  const paths = { ...plainRoutes(), ...document.paths };
  return {
    ...document,
    paths: mapValues(paths, (methods) => mapValues(methods, withOurProblems)),
    components: {
      ...z.looseObject({ securitySchemes: z.unknown() }).pick({ securitySchemes: true }).parse(document.components),
      schemas: {
        ...schemasOf(document),
        problem: problemSchema,
        ingest_result: ingestResultSchema(),
      },
    },
  };
}

const problemSchema = {
  type: 'object',
  required: ['code', 'message', 'request_id'],
  properties: {
    code: { enum: Object.keys(problemStatus) },
    message: { type: 'string', description: 'What happened, to which data, what to do next.' },
    request_id: { type: 'string', description: 'Names this request in the log.' },
    fields: {
      type: 'array',
      items: {
        type: 'object',
        properties: { path: { type: 'array' }, line: { type: ['integer', 'null'] }, message: { type: 'string' } },
      },
    },
  },
};

const problemResponse = {
  description: 'What went wrong, as a sentence.',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/problem' } } },
};

function withOurProblems(given: Operation): Operation {
  const successes = Object.entries(given.responses).filter(([status]) => status.startsWith('2'));
  return { ...given, responses: { ...Object.fromEntries(successes), default: problemResponse } };
}

/** Routes that carry bytes or streams and so are no procedures. */
function plainRoutes(): OpenApiDocument['paths'] {
  const text = { type: 'string' };
  const flag = { type: 'boolean' };
  const source = { name: 'source', in: 'path' as const, required: true, schema: text };
  const query = (name: string, schema: { type: string }, required = false) =>
    ({ name, in: 'query', required, schema }) as const;
  const json = (schema: z.ZodType) => ({ 'application/json': { schema: z.toJSONSchema(schema, { io: 'output' }) } });
  return {
    '/sources/{source}/files': {
      post: operation.parse({
        operationId: 'uploadFile',
        summary: 'Send a file; a source that does not exist comes into being',
        tags: ['files'],
        parameters: [
          source,
          query('file', text, true),
          query('backfill', flag),
          query('replaces', text),
          query('again', flag),
        ],
        requestBody: {
          required: true,
          content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
        },
        responses: {
          202: { description: 'The file is kept and will be loaded; or it was known already.', content: json(receipt) },
        },
      }),
    },
    '/events': {
      get: operation.parse({
        operationId: 'streamEvents',
        summary: 'Live events as server-sent events; resumes after Last-Event-ID',
        tags: ['events'],
        parameters: [{ name: 'Last-Event-ID', in: 'header', schema: text }],
        responses: { 200: { description: 'A stream of events.', content: { 'text/event-stream': {} } } },
      }),
    },
  };
}

function schemasOf(document: OpenApiDocument): Record<string, unknown> {
  const found = z.looseObject({ schemas: z.record(z.string(), z.unknown()).default({}) }).parse(document.components);
  return Object.fromEntries(Object.entries(found.schemas).filter(([name]) => !name.startsWith('error.')));
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
