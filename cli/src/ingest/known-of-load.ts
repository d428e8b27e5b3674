import type { IngestResult, LoadDetail } from '@assay/api';
import type { Api } from '../api.ts';

/** What a person is told of a load beside its result. */
export interface KnownOfLoad {
  /** What the store lost of it; empty while it is whole. */
  readonly damage: string;
  /** Where each anomaly was found, by its id: in which segment and from when on. */
  readonly places: ReadonlyMap<string, { readonly segment: string; readonly window: string }>;
  /** Why records could not be loaded, the most frequent first, each with the first record it happened to. */
  readonly reject_reasons: readonly RejectReason[];
  /** What the load did to each of its incidents, by id. */
  readonly incidents: ReadonlyMap<string, string>;
}

interface RejectReason {
  readonly code: string;
  readonly records: string;
  readonly line: string;
  /** A sentence; empty when the first record of this kind is far behind others. */
  readonly reason: string;
}

const rejectsLookedAt = 100;

/** Asks what is known of a load; `for` a program only what decides its exit code. */
export async function askKnown(
  api: Api,
  result: IngestResult,
  options: { for: 'person' | 'program' },
): Promise<KnownOfLoad> {
  const { load_id } = result;
  const detail = await api.client.load.get.query({ load_id });
  const isProgram = options.for === 'program';
  const [reject_reasons, incidents] = isProgram
    ? [[], []]
    : await Promise.all([
        reasonsOf(api, detail),
        Promise.all(
          detail.incidents.map(
            async (incident) => [incident.incident_id, await become(api, incident, load_id)] as const,
          ),
        ),
      ]);
  return {
    damage: detail.load.damage,
    places: new Map(detail.anomalies.map(({ anomaly_id, segment, window }) => [anomaly_id, { segment, window }])),
    reject_reasons,
    incidents: new Map(incidents),
  };
}

async function reasonsOf(api: Api, { load, reject_reasons }: LoadDetail): Promise<RejectReason[]> {
  if (reject_reasons.length === 0) return [];
  const { items } = await api.client.load.rejects.query({ load_id: load.load_id, limit: rejectsLookedAt });
  return reject_reasons.map(({ reason_code, records, first_line }) => ({
    code: reason_code,
    records,
    line: first_line,
    reason: items.find((reject) => reject.reason_code === reason_code && reject.line === first_line)?.reason ?? '',
  }));
}

/** `opened`, `came back`, `still open`, `resolved`: in view of this load, not of what others did since. */
async function become(api: Api, incident: LoadDetail['incidents'][number], load_id: string): Promise<string> {
  const { incident_id, status } = incident;
  if (status === 'resolved') return 'resolved';
  const taken = status === 'acknowledged' ? ' and acknowledged' : '';
  // A verdict is told also while nobody can be asked about its incidents.
  const found = await api.client.incident.get.query({ incident_id }).catch(() => undefined);
  if (found === undefined) return status;
  const { incident: whole, timeline } = found;
  if (whole.first_load_id === load_id) return `opened${taken}`;
  const isBack = timeline.some(({ type, data }) => type === 'incident.regressed' && data['load_id'] === load_id);
  return isBack ? `came back${taken}` : `still open${taken}`;
}
