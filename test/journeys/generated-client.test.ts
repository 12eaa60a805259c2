/**
 * A client generated from the document that the gateway itself serves, all facades in one, compiles and does what its
 * types promise.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { addTenant } from '../support/tenants.ts';
import { typedClient } from '../support/typed-fetch.ts';
import { journeys } from './generated-client/journeys.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

let house: TestGateway;
let folder: string;

beforeAll(async () => {
  house = await openGateway();
  folder = await mkdtemp(join(tmpdir(), 'clawgate-client-'));
});
afterAll(async () => {
  await house.end();
  await rm(folder, { recursive: true, force: true });
});

test('the client generated from /openapi.json compiles, strictly, and its journeys with it', async () => {
  const { body } = await house.call('GET', '/openapi.json', undefined, null);
  const generated = astToString(await openapiTS(body as unknown as OpenAPI3, { defaultNonNullable: false }));
  await writeFile(join(folder, 'schema.ts'), generated);
  await cp(join(root, 'test/support/typed-fetch.ts'), join(folder, 'typed-fetch.ts'));
  const source = await readFile(join(root, 'test/journeys/generated-client/journeys.ts'), 'utf8');
  const rehomed = source.replace('#wire/clawbook.ts', './schema.ts').replace('../../support/', './');
  await writeFile(join(folder, 'journeys.ts'), rehomed);
  const options = {
    strict: true,
    noEmit: true,
    module: 'nodenext',
    target: 'es2024',
    allowImportingTsExtensions: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['*.ts'] }));
  const compiler = join(root, 'node_modules/.bin/tsc');
  const complaints = await run(compiler, ['-p', folder]).then(
    () => '',
    (error: { stdout?: string; message: string }) => error.stdout ?? error.message,
  );
  expect(complaints).toBe('');
  // It really is the served document that was compiled against, and it holds the other facades too.
  expect(generated).toContain('"/api/v1/messages/send"');
  expect(generated).toContain('"/api/routes"');
});

test.each(journeys.map((journey) => [journey.name, journey] as const))('%s', async (_name, journey) => {
  const { key } = await addTenant(house, 'pro');
  await journey(typedClient(house.url, key), house.url);
  expect(house.brokenAnswers).toEqual([]);
});
