/** Another municipality, of which a municipality is told the value only. */
export function isNameless(row: { entity: string }): boolean {
  return (row.entity as string | null) === null;
}
