import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { DeliveryOfEvent } from '../stores/webhook-deliveries.ts';
import { openQueue } from './queue.ts';

const rowOf = (id: string) => ({ event: { id } }) as DeliveryOfEvent;

it('a delivery that is through while its queue is read is not taken from what was read', () => {
  const queue = openQueue('whe_1');
  queue.expectRows();
  queue.fill(['a', 'b'].map(rowOf));
  const first = queue.take();
  assert.ok(first);
  queue.expectRows();
  queue.settle(first, true);
  assert.equal(queue.fill(['a', 'b', 'c'].map(rowOf)), true);
  assert.deepEqual(
    [queue.take(), queue.take(), queue.take()].map((each) => each?.event.id),
    ['b', 'c', undefined],
  );
  queue.expectRows();
  assert.equal(queue.fill(['a'].map(rowOf)), true, 'a retry that is due by now');
});
