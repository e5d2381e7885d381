import { attemptsKept } from '@tijori/wire';
import { answersLabel, type Delivery, type DeliveryAttempt } from '../domain/delivery.ts';
import type { WebhookEndpoint } from '../domain/webhook-endpoint.ts';
import type { Seal } from '../vault/seal.ts';

type Owner = Pick<WebhookEndpoint, 'workspaceId'>;

/**
 * The sealed answers of a delivery after one more attempt. Older ones that do not open, since their master key is gone, are
 * lost: a log must not keep an event from its endpoint.
 */
export function addAnswer(seal: Seal, { workspaceId }: Owner, before: Delivery, answer: string): string | null {
  if (answer === '' && before.sealedAnswers === null) return null;
  const answers = [...oldAnswers(seal, workspaceId, before), answer].slice(-attemptsKept);
  return seal.sealSmall(JSON.stringify(answers), answersLabel(workspaceId, before));
}

/** The attempts of a delivery with their answers; those that do not open any more are empty. */
export function openLog(seal: Seal, { workspaceId }: Owner, delivery: Delivery): DeliveryAttempt[] {
  const answers = oldAnswers(seal, workspaceId, delivery);
  return delivery.log.map((attempt, index) => ({ ...attempt, answer: answers[index] ?? '' }));
}

function oldAnswers(seal: Seal, workspaceId: string, delivery: Delivery): string[] {
  try {
    return openAnswers(seal, workspaceId, delivery);
  } catch {
    return delivery.log.map(() => '');
  }
}

function openAnswers(seal: Seal, workspaceId: string, delivery: Delivery): string[] {
  if (delivery.sealedAnswers === null) return delivery.log.map(() => '');
  return JSON.parse(seal.openSmall(delivery.sealedAnswers, answersLabel(workspaceId, delivery)).toString()) as string[];
}
