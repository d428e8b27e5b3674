export { notAnswering } from './api.ts';
export { findApi } from './running-copy.ts';
export { Stop } from './stop.ts';
export { loadSettings } from './working-copy.ts';
