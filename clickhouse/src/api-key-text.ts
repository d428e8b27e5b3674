import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Lets secret scanners recognise a key. */
const prefix = 'assay_';
const shape = /^assay_[A-Za-z0-9_-]{43}$/;

/** A new key of 256 random bits. */
export function newApiKey(): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** Whether a text is written as keys are; whether there is such a key is another question. */
export function looksLikeApiKey(text: string): boolean {
  return shape.test(text);
}

/** What is stored of a key, and looked up by. */
export function hashOfApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Compares two hashes without telling by its time how much of them agrees. */
export function sameHash(a: string, b: string): boolean {
  const left = Buffer.from(a, 'hex');
  const right = Buffer.from(b, 'hex');
  return left.byteLength === right.byteLength && timingSafeEqual(left, right);
}
