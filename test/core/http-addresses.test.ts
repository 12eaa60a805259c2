// Who a visitor is, which host names are ours, and where a credential may stand.
import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { answersTo, isCrossSite, isFromLoopback, peerAddress, visitor } from '#http/addresses.ts';
import { credentialOf, hideCredential } from '#http/credential.ts';

/** The few fields these functions read, as Node fills them in. */
function request(url: string, headers: Record<string, string> = {}, remoteAddress = '192.0.2.1'): IncomingMessage {
  return { url, headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

const nobody = (): boolean => false;

describe('the visitor', () => {
  test('is the socket, whatever it claims to forward, unless the socket is a proxy of ours', () => {
    const forwarded = request('/', { 'x-forwarded-for': '198.51.100.7, 203.0.113.9' });
    expect(peerAddress(forwarded, nobody)).toBe('192.0.2.1');
    expect(peerAddress(forwarded, (address) => address === '192.0.2.1')).toBe('203.0.113.9');
    expect(peerAddress(forwarded, (address) => address !== '198.51.100.7')).toBe('198.51.100.7');
  });

  test('is on this machine only when nothing was forwarded', () => {
    expect(isFromLoopback(request('/', {}, '127.0.0.1'), '127.0.0.1')).toBe(true);
    expect(isFromLoopback(request('/', { 'x-forwarded-for': '198.51.100.7' }, '127.0.0.1'), '127.0.0.1')).toBe(false);
    expect(isFromLoopback(request('/'), '192.0.2.1')).toBe(false);
    expect(peerAddress(request('/', {}, '::ffff:127.0.0.1'), nobody)).toBe('127.0.0.1');
  });

  test('is a whole /64 where addresses are handed out by the /64', () => {
    expect(visitor('2001:db8:1:2:aaaa::1')).toBe(visitor('2001:db8:1:2:bbbb:cccc:dddd:eeee'));
    expect(visitor('2001:db8:1:3::1')).not.toBe(visitor('2001:db8:1:2::1'));
    expect(visitor('198.51.100.7')).toBe('198.51.100.7');
    expect(visitor('::1')).toBe('0:0:0:0::/64');
  });
});

describe('a Host header', () => {
  test.each([
    '127.0.0.1:18789',
    '[::1]:18789',
    'localhost:18789',
    'bot.localhost',
    '10.1.2.3',
    'gw.example.com',
    'GW.example.com.:443',
  ])('%s is ours', (host) => {
    expect(answersTo(host, ['gw.example.com'])).toBe(true);
  });

  test.each([
    'evil.example',
    'localhost.evil.example',
    'gw.example.com.evil.example',
    '',
    'a b',
    'gw.example.com@evil',
  ])('%s is not', (host) => {
    expect(answersTo(host, ['gw.example.com'])).toBe(false);
  });
});

describe('a browser', () => {
  test('says when another site asks', () => {
    const from = (origin: string) => request('/', { origin, host: '127.0.0.1:18789' });
    expect(isCrossSite(from('http://127.0.0.1:18789'), [])).toBe(false);
    expect(isCrossSite(from('https://gw.example.com'), ['gw.example.com'])).toBe(false);
    expect(isCrossSite(from('https://evil.example'), [])).toBe(true);
    expect(isCrossSite(from('http://127.0.0.1:9'), [])).toBe(true);
    expect(isCrossSite(from('null'), [])).toBe(true);
    expect(isCrossSite(request('/', { 'sec-fetch-site': 'cross-site' }), [])).toBe(true);
    expect(isCrossSite(request('/', {}), [])).toBe(false);
  });
});

describe('a credential', () => {
  test('is read from Authorization, X-Api-Key or the URL, in this order', () => {
    const all = { authorization: 'bearer one', 'x-api-key': 'two' };
    const withUrl = (headers: Record<string, string>) => {
      const req = request('/ws?client=a%2F1&key=th%2Bree&x=1', headers);
      hideCredential(req);
      return req;
    };
    expect(credentialOf(withUrl(all))).toBe('one');
    expect(credentialOf(withUrl({ 'x-api-key': 'two' }))).toBe('two');
    expect(credentialOf(withUrl({}))).toBe('th+ree');
    expect(credentialOf(request('/ws', { authorization: 'Basic abc' }))).toBeUndefined();
  });

  test('in the URL is gone before anyone else reads it, and the rest stays', () => {
    const hidden = (url: string) => {
      const req = request(url);
      hideCredential(req);
      return req.url;
    };
    expect(hidden('/ws?client=a%2F1&key=three&x=1')).toBe('/ws?client=a%2F1&x=1');
    expect(hidden('/ws?key=three')).toBe('/ws');
    expect(hidden('/ws?k%65y=three&KEY=four&api_key=five')).toBe('/ws');
    expect(hidden('/ws?monkey=1')).toBe('/ws?monkey=1');
  });
});
