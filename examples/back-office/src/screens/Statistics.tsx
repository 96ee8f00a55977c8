import { useMemo } from "react";
import { useQuery } from "urql";

import { graphql } from "../gql";
import type { StatisticsQuery } from "../gql/graphql";
import { Loaded } from "../parts/Loaded";
import { Table, type Column } from "../parts/Table";
import { changed, href, useRoute } from "../route";
import { useShop } from "../shop";
import { money, words } from "../words";
import { BarChart } from "./statistics/BarChart";

const STATISTICS = graphql(`
  query Statistics($companyId: ID!, $from: DateTime!, $to: DateTime!, $timeZone: String!) {
    company(id: $companyId) {
      id
      statistics(from: $from, to: $to, timeZone: $timeZone) {
        totals { orders pieces cancelledOrders sales { amount currencyCode } }
        intervals { startsAt orders sales { amount currencyCode } }
        byStatus { status orders }
        byCountry { countryCode orders sales { amount currencyCode } }
        byProduct(first: 10) { pieces sales { amount currencyCode } product { id sku name } }
        shipping { shippedInTime shippedLate open pastDue }
      }
    }
  }
`);

type Numbers = NonNullable<StatisticsQuery["company"]>["statistics"];
type Country = Numbers["byCountry"][number];
type ProductSold = Numbers["byProduct"][number];
type Sales = { amount: string; currencyCode: string }[];

const DAYS = ["7", "30", "90"];

const COUNTRIES: Column<Country>[] = [
  { title: "Country", cell: (row) => row.countryCode ?? "Unknown" },
  { title: "Orders", isNumber: true, cell: (row) => row.orders.toLocaleString() },
  { title: "Sales", isNumber: true, cell: (row) => sums(row.sales) },
];

const PRODUCTS: Column<ProductSold>[] = [
  {
    title: "Product",
    cell: ({ product }) => product ? <a href={href("products", product.id)}>{product.sku}</a> : "Unknown products",
  },
  { title: "Pieces", isNumber: true, cell: (row) => row.pieces.toLocaleString() },
  { title: "Sales", isNumber: true, cell: (row) => sums(row.sales) },
];

export function Statistics() {
  const { company } = useShop();
  const route = useRoute();
  const days = route.query.get("days") ?? "30";
  const period = useMemo(() => lastDays(Number(days)), [days]);
  const [result] = useQuery({ query: STATISTICS, variables: { companyId: company.id, ...period } });

  const choice = (
    <select aria-label="Period" value={days} onChange={(event) => (location.hash = changed(route, { days: event.target.value }))}>
      {DAYS.map((each) => <option key={each} value={each}>Last {each} days</option>)}
    </select>
  );
  return (
    <Loaded title="Statistics" result={result} actions={choice}>
      {(data) => data.company && <Shown {...data.company.statistics} />}
    </Loaded>
  );
}

function Shown({ totals, intervals, byStatus, byCountry, byProduct, shipping }: Numbers) {
  const shipped = shipping.shippedInTime + shipping.shippedLate;
  const figures = [
    ["Orders", totals.orders.toLocaleString()],
    ["Pieces", totals.pieces.toLocaleString()],
    ["Sales", sums(totals.sales)],
    ["Cancelled", totals.cancelledOrders.toLocaleString()],
    ["Shipped in time", shipped ? `${Math.round((100 * shipping.shippedInTime) / shipped)} %` : "–"],
    ["Past due", shipping.pastDue.toLocaleString()],
  ];
  return (
    <>
      <dl className="figures">
        {figures.map(([name, value]) => <div className="card" key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
      </dl>
      <section className="card">
        <h2>Orders by day</h2>
        <BarChart
          title="Orders by day"
          bars={intervals.map((day) => ({ at: day.startsAt, value: day.orders, note: sums(day.sales) }))}
        />
      </section>
      <section className="card">
        <h2>By status</h2>
        <ul className="shares">
          {byStatus.map(({ status, orders }) => (
            <li key={status}>
              <a href={href("orders", undefined, { status })}>{words(status)}</a>
              <meter value={orders} max={totals.orders || 1} aria-label={words(status)} />
              <span className="number">{orders.toLocaleString()}</span>
            </li>
          ))}
        </ul>
      </section>
      <div className="columns">
        <Table caption="Products" columns={PRODUCTS} rows={byProduct} rowKey={(row) => row.product?.id ?? "unknown"}
          empty="Nothing was sold." />
        <Table caption="Countries" columns={COUNTRIES} rows={byCountry} rowKey={(row) => row.countryCode ?? "unknown"}
          empty="Nothing was sold." />
      </div>
    </>
  );
}

/** Whole days by the clock of this browser, today included. */
function lastDays(days: number) {
  const to = new Date();
  to.setHours(24, 0, 0, 0);
  const from = new Date(to);
  from.setDate(to.getDate() - days);
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return { from: from.toISOString(), to: to.toISOString(), timeZone };
}

/** One sum a currency: they are not added up. */
function sums(sales: Sales): string {
  return sales.length ? sales.map(money).join(" + ") : "–";
}
