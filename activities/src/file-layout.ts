import { detectFormat, inspectCsv, type ByteSource, type ReadLimits, type TextLayout } from '@assay/clickhouse';
import type { SourceSettings } from './source-settings.ts';

/** How a text file is to be read, or that it is for the reader in a confined process of its own. */
export type FileLayout =
  | { readonly kind: 'text'; readonly layout: TextLayout; readonly findings: readonly string[] }
  | { readonly kind: 'confined' };

/** Looks at the first bytes; what the source declares decides where content leaves a choice. Throws RefusedFile. */
export function fileLayout(bytes: ByteSource, settings: SourceSettings, limits: ReadLimits): FileLayout {
  const { document } = settings;
  const { head, whole } = bytes;
  const content = { head, whole, compressed: bytes.compression !== 'none' };
  const detected = detectFormat(content, document.format ?? undefined);
  if (detected.kind === 'empty') {
    return { kind: 'text', layout: { format: 'jsonl' }, findings: ['The file is empty: it has no records.'] };
  }
  switch (detected.format) {
    case 'parquet':
      return { kind: 'confined' };
    case 'jsonl':
      return { kind: 'text', layout: { format: 'jsonl' }, findings: [] };
    case 'csv': {
      const { layout, findings } = inspectCsv(
        { head, whole, limits },
        {
          ...(document.delimiter === null ? {} : { delimiter: document.delimiter }),
          ...(document.header === null ? {} : { header: document.header }),
          names: settings.columns.map((column) => column.name),
          null_tokens: document.null_tokens,
        },
      );
      return { kind: 'text', layout, findings: findings.map(({ finding }) => finding) };
    }
  }
}
