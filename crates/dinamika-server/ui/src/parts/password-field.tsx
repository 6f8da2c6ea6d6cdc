/** A field for a password. */

/** Fewest letters of a new one. */
export const SHORTEST = 10;

interface PasswordProps {
  value: string;
  onChange: (value: string) => void;
}

export function OldPassword({ value, onChange }: PasswordProps) {
  return (
    <label class="field">
      <span>Прежний пароль</span>
      <input
        type="password"
        autoComplete="current-password"
        required
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </label>
  );
}

export function NewPassword({ value, onChange, title }: PasswordProps & { title: string }) {
  return (
    <label class="field">
      <span>
        {title}: фраза не короче {SHORTEST} знаков
      </span>
      <input
        type="password"
        autoComplete="new-password"
        required
        minLength={SHORTEST}
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </label>
  );
}
