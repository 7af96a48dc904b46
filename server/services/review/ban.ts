/** What follows from the case of a ban: the account is banned, or, on appeal, free again. */
import { reviewRepository } from '../../repositories/reviews.ts';
import type { Host } from '../services.ts';
import type { Consequence } from './review.ts';

export function banConsequence(host: Host): Consequence {
  return async (queries, found, outcome) => {
    const reviews = reviewRepository(queries);
    if (outcome === 'approved') return reviews.unban(found.subjectId);
    const [first] = await reviews.decisions([found.id]);
    await reviews.ban({
      accountId: found.subjectId,
      caseId: found.id,
      reason: first?.reason ?? '',
      at: new Date(host.now()),
    });
  };
}
