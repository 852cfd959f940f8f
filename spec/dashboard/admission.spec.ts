import { expect, it } from 'vitest';
import { admissionOf } from '../../lib/dashboard/admission.ts';

const admission = admissionOf(['192.168.0.7', 'pools.internal', 'fe80::1']);

function statusOf(headers: Record<string, string>, method = 'GET'): number {
  return admission({ method, headers })?.status ?? 200;
}

it.each([
  ['127.0.0.1:3400', 200],
  ['localhost:3400', 200],
  ['LOCALHOST', 200],
  ['[::1]:3400', 200],
  ['192.168.0.7:3400', 200],
  ['pools.internal', 200],
  ['[fe80::1]:3400', 200],
  ['rebound.example:3400', 403],
  ['127.0.0.1.rebound.example', 403],
  ['localhost:3400@rebound.example', 403],
  ['', 403],
])('answers whoever asks for %s with %i', (host, status) => {
  expect(statusOf({ host })).toBe(status);
});

it('refuses a request that names no host', () => {
  expect(statusOf({})).toBe(403);
});

it.each([
  ['http://127.0.0.1:3400', 200],
  ['http://127.0.0.1:3000', 403],
  ['http://localhost:3400', 403],
  ['https://rebound.example', 403],
  ['null', 403],
])('answers pages of %s with %i', (origin, status) => {
  expect(statusOf({ host: '127.0.0.1:3400', origin })).toBe(status);
});

it('answers who follows a link of another site, and not what that site loads', () => {
  const host = '127.0.0.1:3400';
  expect(statusOf({ host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).toBe(200);
  expect(statusOf({ host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).toBe(403);
});

it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', (method) => {
  expect(statusOf({ host: 'localhost' }, method)).toBe(405);
});

it('answers HEAD as it does GET', () => {
  expect(statusOf({ host: 'localhost' }, 'HEAD')).toBe(200);
});

it('answers by any name where any will do, and still not pages of other origins', () => {
  const any = admissionOf('any');
  const host = 'pools.example';
  expect(any({ method: 'GET', headers: { host } })).toBeUndefined();
  expect(any({ method: 'GET', headers: { host, origin: 'https://rebound.example' } })?.status).toBe(403);
});
