export { checkFile, recheckLoad } from './check-file.ts';
export { runIncident } from './run-incident.ts';
export { runSource } from './run-source.ts';
