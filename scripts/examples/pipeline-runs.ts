import { momentOf, textFile, type FeedFile } from './feed.ts';
import { seeded, type Random } from './random.ts';

const pipelines = ['billing-export', 'crm-sync', 'inventory-feed', 'web-sessions', 'ml-features'] as const;
const runsEach = 24;

interface Run {
  readonly run_id: string;
  readonly pipeline: string;
  readonly started_at: string;
  readonly duration_s: number;
  readonly status: string;
  readonly rows_out: number;
  readonly error: string | null;
}

/** Two days of hourly pipeline runs; on the second, one pipeline slows down and another fails again and again. */
export function pipelineRunsFeed(): FeedFile[] {
  const random = seeded(1_337);
  const good = runs('2026-11-10', random);
  const bad = runs('2026-11-11', random).map((run): Run => {
    const hour = Number(run.started_at.slice(11, 13));
    if (run.pipeline === 'inventory-feed' && hour >= 10) {
      return { ...run, status: 'failed', rows_out: 0, error: 'connection reset by peer' };
    }
    if (run.pipeline === 'ml-features' && hour >= 14) return { ...run, duration_s: run.duration_s * 9 };
    return run;
  });
  return [
    textFile(
      'pipeline-runs-2026-11-10.jsonl',
      good.map((run) => JSON.stringify(run)),
    ),
    textFile(
      'pipeline-runs-2026-11-11.jsonl',
      bad.map((run) => JSON.stringify(run)),
    ),
  ];
}

function runs(day: string, random: Random): Run[] {
  return Array.from({ length: runsEach }, (_, hour) => hour).flatMap((hour) =>
    pipelines.map((pipeline, place): Run => {
      const failed = random.chance(0.01);
      return {
        run_id: `${pipeline}-${day}-${String(hour).padStart(2, '0')}`,
        pipeline,
        started_at: momentOf(day, hour * 60 + place * 3),
        duration_s: random.between(40, 160),
        status: failed ? 'failed' : 'succeeded',
        rows_out: failed ? 0 : random.between(8_000, 30_000),
        error: failed ? 'timeout' : null,
      };
    }),
  );
}
