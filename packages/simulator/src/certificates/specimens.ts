import { createHash } from 'node:crypto';
import type { Document, Entity } from '../personas/persona.ts';
import { render } from './catalogue.ts';
import type { Rendition } from './catalogue-data.ts';
import type { SealFault } from './seal-faults.ts';

export interface Specimens {
  /** As `render`, remembered. The bytes are shared: do not write into them. */
  get(entity: Entity, document: Document, mime: Rendition, fault?: SealFault): Promise<Buffer | undefined>;
}

/**
 * Remembers the last documents made, so that a journey waits for no drawing and no signing a second time. It goes by
 * what a document says, not by whose it is, so workspaces with different people may share one.
 */
export function openSpecimens(specimensMax = 200, make: typeof render = render): Specimens {
  const known = new Map<string, Promise<Buffer | undefined>>();
  return {
    get(entity, document, mime, fault) {
      const key = createHash('sha256')
        .update(JSON.stringify([mime, fault, document, entity]))
        .digest('base64');
      const specimen = known.get(key) ?? make(entity, document, mime, fault);
      // A map remembers the order of writing: the first key is the one that was not asked for longest.
      known.delete(key);
      known.set(key, specimen);
      const [oldest] = known.keys();
      if (known.size > specimensMax && oldest !== undefined) known.delete(oldest);
      specimen.catch(() => known.delete(key));
      return specimen;
    },
  };
}
