/** A role, and of which school or municipality it is. */

import { useMemo } from "preact/hooks";
import type { Entity } from "../api/rows";
import { byName, schoolName } from "../words/names";

export interface Wanted {
  role: string;
  key: string;
}

const ROLES: Readonly<Record<string, string>> = {
  public: "гость без входа",
  school: "школа",
  municipal: "муниципалитет",
  regional: "регион",
  administrator: "администратор",
};

/** `municipal:03701000`; null while the place is not chosen. */
export function principalOf({ role, key }: Wanted): string | null {
  if (role !== "school" && role !== "municipal") return role;
  return key === "" ? null : `${role}:${key}`;
}

interface FieldsProps {
  wanted: Wanted;
  onChange: (wanted: Wanted) => void;
  entities: readonly Entity[];
  roles: readonly string[];
}

export function PrincipalFields({ wanted, onChange, entities, roles }: FieldsProps) {
  const level = wanted.role === "school" ? "school" : wanted.role === "municipal" ? "municipality" : null;
  const places = useMemo(() => {
    const names = new Map(entities.map((one) => [one.entity, schoolName(one.entity_name)]));
    return entities
      .filter((one) => one.level === level)
      .map((one) => ({
        key: one.entity,
        title:
          level === "school"
            ? `${names.get(one.municipality ?? "") ?? ""}: ${schoolName(one.entity_name)}`
            : schoolName(one.entity_name),
      }))
      .sort((a, b) => byName(a.title, b.title));
  }, [entities, level]);
  return (
    <>
      <label class="field">
        <span>Роль</span>
        <select value={wanted.role} onChange={(event) => onChange({ role: event.currentTarget.value, key: "" })}>
          {roles.map((role) => (
            <option key={role} value={role} selected={role === wanted.role}>
              {ROLES[role]}
            </option>
          ))}
        </select>
      </label>
      {level !== null && (
        <label class="field">
          <span>{level === "school" ? "Школа" : "Муниципалитет"}</span>
          <select value={wanted.key} onChange={(event) => onChange({ ...wanted, key: event.currentTarget.value })}>
            <option value="">выберите</option>
            {places.map((one) => (
              <option key={one.key} value={one.key} selected={one.key === wanted.key}>
                {one.title}
              </option>
            ))}
          </select>
        </label>
      )}
    </>
  );
}
