/** Choices whose state is the address. */

import type { ComponentChildren } from "preact";
import { choose } from "../route/router";

export interface Choice {
  value: string;
  title: string;
}

interface SelectProps {
  label: string;
  /** Name in the address. */
  name: string;
  value: string;
  choices: readonly Choice[];
  /** Other choices this one makes meaningless. */
  resets?: readonly string[];
}

export function Select({ label, name, value, choices, resets = [] }: SelectProps) {
  const change = (event: Event) => {
    const chosen = (event.currentTarget as HTMLSelectElement).value;
    choose({ ...Object.fromEntries(resets.map((other) => [other, null])), [name]: chosen });
  };
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={change}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value} selected={choice.value === value}>
            {choice.title}
          </option>
        ))}
      </select>
    </label>
  );
}

interface SwitchProps {
  label: string;
  value: string;
  choices: readonly Choice[];
  onChoose: (value: string) => void;
}

export function Switch({ label, value, choices, onChoose }: SwitchProps) {
  return (
    <div class="switch" role="group" aria-label={label}>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={choice.value === value}
          onClick={() => onChoose(choice.value)}
        >
          {choice.title}
        </button>
      ))}
    </div>
  );
}

export function Filters({ children }: { children: ComponentChildren }) {
  return <div class="filters">{children}</div>;
}
