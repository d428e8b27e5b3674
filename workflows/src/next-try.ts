/** What a person does about a load whose file could not be read again. */
export function loadItAgain({ load_id }: { readonly load_id: string }): string {
  return `Mend that, then load it again: \`assay loads reload ${load_id}\`.`;
}
