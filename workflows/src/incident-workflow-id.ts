import type { IncidentKey } from './incident-messages.ts';

/** Temporal takes ids of up to 1,000 characters; a segment is text of any length. */
const segmentMax = 400;

/** Identity of an incident's workflow: at most one open incident per key by construction. */
export function incidentWorkflowId(key: Pick<IncidentKey, 'tenant' | 'source_id' | 'rule_id' | 'segment'>): string {
  const segment = encodeURIComponent(key.segment.toWellFormed());
  const named = segment.length <= segmentMax ? segment : `${segment.slice(0, segmentMax)}~${fingerprint(key.segment)}`;
  return `incident:${key.tenant}:${key.source_id}:${key.rule_id}:${named}`;
}

/** 128 bits of FNV-1a over the code units of a text, in hex: enough to tell segments of one rule apart. */
function fingerprint(text: string): string {
  return [14_695_981_039_346_656_037n, 9_650_029_242_287_828_579n]
    .map((start) => {
      let hash = start;
      for (let place = 0; place < text.length; place++) {
        hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(place))) * 1_099_511_628_211n);
      }
      return hash.toString(16).padStart(16, '0');
    })
    .join('');
}
