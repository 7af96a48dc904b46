/**
 * The client's types, made from the OpenAPI document: one entry an operation, one type a named schema. Run
 * `npm run api-types` after a route has changed; a test holds the file to the document.
 */
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}
interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

const HEAD = `/** Made from the server's OpenAPI document by \`npm run api-types\`; not to be edited. */\n`;

export function apiTypes({ paths, components }: OpenApiDocument): string {
  const schemas = Object.entries(components?.schemas ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const operations = Object.entries(paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        operation,
      })),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const types = schemas.map(([name, schema]) => `export type ${name} = ${typeOf(schema)};\n`);
  const rows = operations.map(({ name, operation }) => `  '${name}': ${operationType(operation)};\n`);
  return [HEAD, ...types, `export interface Operations {\n${rows.join('')}}\n`].join('\n');
}

function operationType({ parameters = [], requestBody, responses }: Operation): string {
  const parts = (['path', 'query', 'header'] as const).flatMap((place) => {
    const mine = parameters.filter((parameter) => parameter.in === place);
    if (mine.length === 0) return [];
    const members = mine.map(
      ({ name, required, schema }) => `${key(name)}${required ? '' : '?'}: ${typeOf(schema ?? {})}`,
    );
    return [`${place}: { ${members.join('; ')} }`];
  });
  if (requestBody) parts.push(`body: ${contentType(requestBody.content)}`);
  const good = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1];
  parts.push(`answer: ${good?.content ? contentType(good.content) : 'null'}`);
  return `{ ${parts.join('; ')} }`;
}

function contentType(content: Content): string {
  const json = content['application/json'];
  if (json) return typeOf(json.schema ?? {});
  return content['text/plain'] ? 'string' : 'Blob';
}

function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1) ?? 'unknown';
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const either = schema.oneOf ?? schema.anyOf;
  if (either) return either.map(typeOf).join(' | ');
  if (schema.allOf) return schema.allOf.map((part) => `(${typeOf(part)})`).join(' & ');
  const names = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  return names.length === 0 ? 'unknown' : names.map((name) => plainType(name, schema)).join(' | ');
}

function plainType(name: string, schema: Schema): string {
  switch (name) {
    case 'string':
      return schema.format === 'binary' ? 'Blob' : 'string';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
    case 'null':
      return name;
    case 'array':
      return `(${typeOf(schema.items ?? {})})[]`;
    case 'object':
      return objectType(schema);
    default:
      return 'unknown';
  }
}

function objectType({ properties = {}, required = [], additionalProperties }: Schema): string {
  const members = Object.entries(properties).map(
    ([name, schema]) => `${key(name)}${required.includes(name) ? '' : '?'}: ${typeOf(schema)}`,
  );
  if (members.length > 0) return `{ ${members.join('; ')} }`;
  const value = typeof additionalProperties === 'object' ? typeOf(additionalProperties) : 'unknown';
  return `Record<string, ${value}>`;
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`;
}
