import { useId, type ReactNode } from "react";

type Labelled = { id: string; "aria-describedby": string | undefined; "aria-invalid": boolean };
type Props = { label: string; hint?: string; error?: string; children: (props: Labelled) => ReactNode };

/** A label, its control, and what there is to say of it, joined for those who hear the page. */
export function Field({ label, hint, error, children }: Props) {
  const id = useId();
  const said = error || hint;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-describedby": said ? `${id}-said` : undefined, "aria-invalid": Boolean(error) })}
      {said && <small id={`${id}-said`} className={error ? "bad" : "quiet"}>{said}</small>}
    </div>
  );
}
