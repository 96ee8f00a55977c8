import { changed, useRoute } from "../route";
import { words } from "../words";

type Props = { label: string; name: string; values: readonly string[] };

/** A filter that the address holds, so that it can be linked to and gone back from. */
export function Select({ label, name, values }: Props) {
  const route = useRoute();
  return (
    <select
      aria-label={label}
      value={route.query.get(name) ?? ""}
      onChange={(event) => (location.hash = changed(route, { [name]: event.target.value }))}
    >
      <option value="">{label}: all</option>
      {values.map((value) => <option key={value} value={value}>{words(value)}</option>)}
    </select>
  );
}
