/** One thing the doctor looked at: `wrong` keeps Assay from starting, `warning` does not. */
export type Finding = { name: string; verdict: 'ok' | 'warning' | 'wrong'; says: string };
