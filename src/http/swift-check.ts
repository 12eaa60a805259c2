/**
 * The swift half of a contract: whether a request surely keeps to its operation, so that the validator need not look.
 * Only for operations whose whole input it understands; a request with a query always goes to the validator.
 */
import type { Request } from 'express';
import { fitOf, type Fit } from './fits.ts';

/** True when the validator would surely let the request pass and change nothing of it. */
export type SwiftCheck = (req: Request) => boolean;

type Json = Readonly<Record<string, unknown>>;

export function swiftCheck(document: unknown): SwiftCheck {
  const resolve = (ref: string): unknown =>
    ref
      .split('/')
      .slice(1)
      .reduce<unknown>((at, step) => record(at)[step.replaceAll('~1', '/').replaceAll('~0', '~')], document);
  const deref = (value: unknown): Json => {
    const { $ref } = record(value);
    return typeof $ref === 'string' ? record(resolve($ref)) : record(value);
  };
  const checks = new Map<string, SwiftCheck>();
  return (req) => {
    const route = record(req.route)['path'];
    // The query's own words come after `?`; without one there is no query to check.
    if (typeof route !== 'string' || req.url.includes('?')) return false;
    const key = `${req.method} ${route}`;
    let check = checks.get(key);
    if (!check) checks.set(key, (check = operationCheck(document, req.method, route, resolve, deref)));
    return check(req);
  };
}

const never: SwiftCheck = () => false;

function operationCheck(
  document: unknown,
  method: string,
  route: string,
  resolve: (ref: string) => unknown,
  deref: (value: unknown) => Json,
): SwiftCheck {
  const path = record(record(record(document)['paths'])[route.replaceAll(/:(\w+)/g, '{$1}')]);
  const operation = record(path[method.toLowerCase()]);
  if (operation['responses'] === undefined) return never;
  const parameters = [...list(path['parameters']), ...list(operation['parameters'])].map(deref);
  const rules: SwiftCheck[] = [];
  for (const parameter of parameters) {
    const { name, in: place, required, schema } = parameter;
    if (typeof name !== 'string' || parameter['content'] !== undefined) return never;
    const fit = fitOf(schema, resolve);
    if (place === 'query') {
      if (required === true || 'default' in deref(schema)) return never;
    } else if (place === 'header') rules.push(headerRule(name.toLowerCase(), required === true, fit));
    else if (place === 'path') rules.push((req) => fit(req.params[name]) === 'fits');
    else return never;
  }
  const body = deref(operation['requestBody']);
  const content = record(record(body['content'])['application/json']);
  if (operation['requestBody'] !== undefined) {
    const fit = fitOf(content['schema'], resolve);
    rules.push((req) => req.body !== undefined && fit(req.body) === 'fits');
  } else rules.push((req) => req.body === undefined);
  return (req) => rules.every((rule) => rule(req));
}

function headerRule(name: string, required: boolean, fit: Fit): SwiftCheck {
  return ({ headers }) => {
    const value = headers[name];
    return value === undefined ? !required : fit(value) === 'fits';
  };
}

const record = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
