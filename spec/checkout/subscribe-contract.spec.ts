import { Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { isCheckout } from '../../lib/checkout/checkout.ts';
import type { Lease } from '../../lib/index.ts';
import type { FakeConnection } from '../support/fake-server.ts';
import { play, scenes } from './subscribing/scenes.ts';
import { shapes } from './subscribing/shapes.ts';

/** The same checkout in an observable of RxJS's own, which keeps all promises of RxJS. */
function wrapped(checkout$: Observable<Lease<FakeConnection>>): Observable<Lease<FakeConnection>> {
  if (!isCheckout(checkout$)) throw new Error('this is no checkout');
  return new Observable((subscriber) => checkout$.begin(subscriber));
}

describe.each(Object.entries(scenes))('a checkout %s', (_, scene) => {
  it.each(Object.entries(shapes))('treats %s as any observable does', async (_, shape) => {
    const expected = await play(scene, shape, wrapped);
    expect(await play(scene, shape, (checkout$) => checkout$)).toEqual(expected);
  });
});
