/** The part of the port that incidents call; see `run-incident`. */
export interface IncidentActivities {
  /** A fresh incident id, and the escalation policy in force for a source, as JSON. */
  openIncident(input: { readonly tenant: string; readonly source: string; readonly severity: string }): Promise<{
    readonly incident_id: string;
    readonly policy: string;
  }>;
}
