import { Command } from 'commander';
import { addExamples } from './commands/examples.ts';
import { addIncidents } from './commands/incidents.ts';
import { addIngest } from './commands/ingest.ts';
import { addKeys } from './commands/keys.ts';
import { addLoads } from './commands/loads.ts';
import { addRules } from './commands/rules.ts';
import { addSources } from './commands/sources.ts';
import { addSystem } from './commands/system.ts';
import { addUpkeep } from './commands/upkeep.ts';
import type { Session } from './session.ts';
import { ownVersion } from './working-copy.ts';

const aboutApi =
  'The API is found at ASSAY_URL, or by the running copy of ASSAY_DATA_DIR (.assay of the working copy). ASSAY_API_KEY is sent when set.';

/** The command line with every verb. */
export function createProgram(session: Session): Command {
  const program = new Command('assay')
    .description('Data quality for files: send a file, get a verdict.')
    .version(ownVersion(), '--version', 'the version of this command line')
    .showHelpAfterError('(add --help for what there is)')
    .configureHelp({ minWidthToWrap: 20 });
  program.addHelpText('after', () => {
    const width = program.configureOutput().getOutHelpWidth?.() ?? 80;
    return `\n${program.createHelp().boxWrap(aboutApi, width)}`;
  });
  const verbs = [addIngest, addLoads, addSources, addRules, addIncidents, addKeys, addExamples, addUpkeep, addSystem];
  for (const add of verbs) add(program, session);
  return program;
}
