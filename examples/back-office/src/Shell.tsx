import { useEffect, useState, type ComponentType } from "react";
import { useQuery } from "urql";

import { graphql } from "./gql";
import { RequestError } from "./parts/Messages";
import { href, useRoute } from "./route";
import { Actions } from "./screens/Actions";
import { Attention } from "./screens/Attention";
import { Job } from "./screens/Job";
import { Jobs } from "./screens/Jobs";
import { Listings } from "./screens/Listings";
import { NewCompany } from "./screens/NewCompany";
import { Order } from "./screens/Order";
import { Orders } from "./screens/Orders";
import { Product } from "./screens/Product";
import { Products } from "./screens/Products";
import { Returns } from "./screens/Returns";
import { Settings } from "./screens/Settings";
import { Statistics } from "./screens/Statistics";
import { ShopContext } from "./shop";

const COMPANIES = graphql(`
  query Companies {
    companies(first: 250) { nodes { id name } }
  }
`);

type Screen = { title: string; list: ComponentType; one?: ComponentType<{ id: string }> };

const SCREENS: Record<string, Screen> = {
  orders: { title: "Orders", list: Orders, one: Order },
  products: { title: "Products", list: Products, one: Product },
  listings: { title: "Listings", list: Listings },
  returns: { title: "Returns", list: Returns },
  jobs: { title: "Jobs", list: Jobs, one: Job },
  actions: { title: "Asked of Temu", list: Actions },
  attention: { title: "Attention", list: Attention },
  statistics: { title: "Statistics", list: Statistics },
  settings: { title: "Settings", list: Settings },
};

/** What is around each screen: where one is, whose business it is, and the way out. */
export function Shell({ onSignOut }: { onSignOut: () => void }) {
  const { screen: name, id } = useRoute();
  const [{ data, error }] = useQuery({ query: COMPANIES, requestPolicy: "cache-first" });
  const [chosen, setChosen] = useState(() => sessionStorage.getItem("company"));

  const companies = data?.companies.nodes ?? [];
  const company = companies.find((each) => each.id === chosen) ?? companies[0];
  const screen = SCREENS[name] ?? SCREENS["orders"]!;

  // As on a page that is loaded: its title is told, and keyboard and screen reader begin at its top.
  useEffect(() => {
    document.title = `${screen.title} · Back office`;
    document.getElementById("main")?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [screen, id]);

  function choose(next: string) {
    sessionStorage.setItem("company", next);
    setChosen(next);
    // What was open is another company's.
    location.hash = href(name);
  }

  return (
    <div className="shell">
      <a className="skip" href="#main" onClick={skip}>To the content</a>
      <nav className="side" aria-label="Screens">
        <strong className="wordmark">Back office</strong>
        <ul>
          {Object.entries(SCREENS).map(([each, { title }]) => (
            <li key={each}>
              <a href={href(each)} aria-current={each === name ? "page" : undefined}>{title}</a>
            </li>
          ))}
        </ul>
        <div className="who">
          {company && (
            <select aria-label="Company" value={company.id} onChange={(event) => choose(event.target.value)}>
              {companies.map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}
            </select>
          )}
          <button type="button" onClick={onSignOut}>Sign out</button>
        </div>
      </nav>
      <main id="main" tabIndex={-1}>
        <RequestError error={error} />
        {company && (
          <ShopContext value={{ companies, company, choose }} key={company.id}>
            {id && screen.one ? <screen.one id={id} key={id} /> : <screen.list />}
          </ShopContext>
        )}
        {data && !company && <NewCompany />}
      </main>
    </div>
  );
}

/** The address names a screen, so that it can't name a place on it too. */
function skip(event: { preventDefault: () => void }) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
