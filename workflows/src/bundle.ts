export { checkFile, recheckLoad } from './check-file.ts';
export { reloadLoad } from './reload-load.ts';
export { runIncident } from './run-incident.ts';
export { runSource } from './run-source.ts';
export { applyRetention, sweepStored } from './upkeep.ts';
