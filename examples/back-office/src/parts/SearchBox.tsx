import { useEffect, useState } from "react";

import { changed, useRoute } from "../route";

type Props = { label: string; hint: string; onSearch: (text: string) => void };

/** Searches at a pause in the typing. The text may be a buyer's name: it stays out of the address. */
export function SearchBox({ label, hint, onSearch }: Props) {
  const route = useRoute();
  const [text, setText] = useState<string | null>(null);

  useEffect(() => {
    if (text === null) return undefined;
    const pause = setTimeout(() => {
      onSearch(text.trim());
      if (route.query.has("after")) location.hash = changed(route, {});
    }, 300);
    return () => clearTimeout(pause);
  }, [text]);

  return (
    <input type="search" aria-label={label} placeholder={hint} onChange={(event) => setText(event.target.value)} />
  );
}
