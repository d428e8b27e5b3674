/** The newest Temporal CLI that `go install …@version` accepts: later ones carry a `replace` directive. */
export const temporalVersion = 'v1.5.1';
