import type { EndpointFamily } from './endpoints/endpoint.ts';

interface Family {
  title: string;
  /** What the chapter is about, in plain words. */
  description: string;
}

/** The chapters of the documentation, in the order in which it has them. */
export const families = {
  auth: {
    title: 'Access',
    description: 'A key and its secret are exchanged for a token, which goes with every further call.',
  },
  entitylocker_sdk: {
    title: 'EntityLocker SDK',
    description: "Consent sessions whose page this server hosts. Compatible with the vendor's EntityLocker SDK API.",
  },
  entitylocker_api: {
    title: 'EntityLocker API',
    description:
      "Consent sessions that send the person back to an address of yours. Compatible with the vendor's EntityLocker API.",
  },
  browser: {
    title: 'Browser SDK',
    description:
      'What the web SDK calls from a browser: one session, one browser, no document and no data of the business.',
  },
  tijori: {
    title: "Tijori's own API",
    description: 'What the vendor does not have: lists, history, cancelling, and richer sessions. Errors are RFC 9457.',
  },
  test: {
    title: 'Test',
    description: 'Lets a pretend person act, where a simulator stands behind test keys.',
  },
} as const satisfies Record<EndpointFamily, Family>;
