/**
 * How the delivery of an event to an endpoint of test mode can go wrong on purpose (`POST /test/delivery-faults`).
 *
 * @example deliveryFaults.duplicate // 'The same delivery comes twice.'
 */
export const deliveryFaults = {
  duplicate: 'The same delivery comes twice.',
  reorder: 'A later event comes before an earlier one.',
  delay: 'The delivery comes late.',
  drop: 'The first attempt never comes; a retry does.',
  bad_signature: 'The signature does not fit the body.',
  stale_timestamp: 'The timestamp lies so far back that a receiver has to refuse it.',
} as const satisfies Record<string, string>;

/** Name of a delivery fault. */
export type DeliveryFault = keyof typeof deliveryFaults;
