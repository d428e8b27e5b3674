import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';

const sentenceMax = 500;

/**
 * Why an activity gave up for good, as one sentence with a full stop. Throws the error itself when it is something else, such as a
 * cancellation.
 */
export function givenUp(error: unknown): string {
  if (!(error instanceof ActivityFailure) || error.retryState !== 'NON_RETRYABLE_FAILURE') throw error;
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure)) throw error;
  const [line = ''] = cause.message.split('\n').filter((text) => text.trim() !== '');
  const sentence = line.trim().slice(0, sentenceMax).toWellFormed();
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`;
}
