// Goal: a broker that ends in the middle of a pass and starts again costs nothing: stations keep, the recorder says so and
// asks, and the pass file is whole.
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { BROKERS } from '../gateway/mqtt/brokers.ts';
import { BATCHES, ownPlace, recordFlight } from './recorded-flight.ts';

test.each(BROKERS)('$name ends and starts again while a pass flies', { timeout: 240_000 }, async (kind) => {
  let broker = await kind.start();
  onTestFinished(async () => broker.stop());
  const flight = await recordFlight(broker.url, ownPlace());
  await flight.until(({ completeness }) => (completeness['nanshan']?.batches ?? 0) > 80, 'flying');
  await broker.stop();
  await flight.until((report) => report.broker.state !== 'connected', 'said to be gone');
  await pause(1500);
  broker = await kind.start({ port: broker.port });
  await flight.until((report) => report.broker.state === 'connected', 'back');
  expect(await flight.landed).toEqual([0, 0]);
  await flight.until(({ completeness }) => Object.values(completeness).every(({ batches }) => batches === BATCHES), 'whole');
  expect(await flight.seal()).toEqual([{ batches: BATCHES, missing: 0 }, { batches: BATCHES, missing: 0 }]);
});
