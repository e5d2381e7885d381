import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { slowSenders } from './slow-senders.ts';

describe('connections whose requests come in piece by piece', () => {
  const hall = (count: number) => {
    let nextSlot: (() => void) | undefined;
    const slow = slowSenders((_ms, then) => {
      nextSlot = then;
    });
    const connections = Array.from({ length: count }, () => {
      const connection = {
        destroyed: false,
        bytesRead: 0,
        bytesWritten: 0,
        isRead: true,
        pause: () => {
          connection.isRead = false;
        },
        resume: () => {
          connection.isRead = true;
        },
      };
      slow.add(connection as never);
      return connection;
    });
    const read = () => connections.flatMap(({ isRead }, index) => (isRead ? [index] : []));
    const slot = () => {
      const due = nextSlot;
      nextSlot = undefined;
      due?.();
      return due !== undefined;
    };
    return { slow, connections, read, slot };
  };
  const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

  it('are all read from while they are few', () => {
    const { read, slot } = hall(64);
    assert.deepEqual(read(), numbers(0, 64));
    assert.equal(slot(), false, 'there is nothing to take turns for');
  });

  it('are read from in turns when they are many, and every one has its turn', () => {
    const { read, slot } = hall(150);
    assert.deepEqual(read(), numbers(0, 64));
    slot();
    assert.deepEqual(read(), numbers(64, 128));
    slot();
    assert.deepEqual(read(), [...numbers(0, 42), ...numbers(128, 150)]);
  });

  it('are like all others again once they have an answer or are removed', () => {
    const { slow, connections, read, slot } = hall(130);
    Object.assign(connections[0] as object, { bytesWritten: 200 });
    slow.remove(connections[129] as never);
    slot();
    assert.deepEqual(read(), [0, ...numbers(64, 129).slice(0, 64), 129]);
    assert.equal(slow.count, 128);
  });

  it('are forgotten when they are gone', () => {
    const { slow, connections, slot } = hall(100);
    for (const connection of connections) connection.destroyed = true;
    slot();
    slot();
    assert.equal(slow.count, 0);
  });
});
