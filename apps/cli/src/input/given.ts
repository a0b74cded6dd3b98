/** The fields that were given: a flag left out is a field left out. */
export function given<Fields extends { readonly [name: string]: unknown }>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}
