import { useState } from "react";
import { useMutation, useQuery } from "urql";

import { graphql } from "../gql";
import type { CompanyListingsQuery, ListingStatus } from "../gql/graphql";
import { Asked } from "../parts/Asked";
import { Badge } from "../parts/Badge";
import { JobProgress } from "../parts/JobProgress";
import { Loaded } from "../parts/Loaded";
import { RequestError, UserErrors } from "../parts/Messages";
import { Pager } from "../parts/Pager";
import { SearchBox } from "../parts/SearchBox";
import { Select } from "../parts/Select";
import { StatusTabs } from "../parts/StatusTabs";
import { Table, type Column } from "../parts/Table";
import { href, useRoute } from "../route";
import { useShop } from "../shop";
import { count, money } from "../words";

const LISTINGS = graphql(`
  query CompanyListings($companyId: ID!, $filter: ListingFilter, $after: String) {
    company(id: $companyId) {
      id
      listings(first: 25, after: $after, filter: $filter) {
        nodes {
          id
          title
          spec
          sku
          status
          stock
          price { amount currencyCode }
          product { id sku }
        }
        pageInfo { hasNextPage endCursor }
        totalCount
        statusCounts { status count }
      }
      channelActions(first: 5, filter: { kind: [SET_SALE_STATUS] }) { nodes { id kind status message createdAt } }
    }
  }
`);

const IMPORT = graphql(`
  mutation ImportListings($companyId: ID!) {
    importListings(input: { companyId: $companyId }) { job { id } userErrors { message } }
  }
`);

const SET_FOR_SALE = graphql(`
  mutation SetListingsForSale($input: SetListingsForSaleInput!) {
    setListingsForSale(input: $input) { actions { id } userErrors { message } }
  }
`);

const CREATE_PRODUCTS = graphql(`
  mutation CreateProductsFromListings($companyId: ID!) {
    createProductsFromListings(input: { companyId: $companyId }) {
      products { id }
      remainingCount
      results { userErrors { message } }
      userErrors { message }
    }
  }
`);

type Row = NonNullable<CompanyListingsQuery["company"]>["listings"]["nodes"][number];

/** What the mall lists on Temu: on sale or not, mapped to what, and products made of those that are mapped to nothing. */
export function Listings() {
  const { company } = useShop();
  const route = useRoute();
  const [search, setSearch] = useState("");
  const [jobId, setJobId] = useState<string | null>(null);
  const [imported, importAll] = useMutation(IMPORT);
  const [sold, sell] = useMutation(SET_FOR_SALE);
  const [created, create] = useMutation(CREATE_PRODUCTS);
  const status = route.query.get("status") as ListingStatus | null;
  const mapped = route.query.get("mapped");
  const [result, refetch] = useQuery({
    query: LISTINGS,
    variables: {
      companyId: company.id,
      filter: { search: search || null, status: status && [status], isMapped: mapped ? mapped === "MAPPED" : null },
      after: route.query.get("after"),
    },
  });
  const refresh = () => refetch({ requestPolicy: "network-only" });
  const made = created.data?.createProductsFromListings;

  const columns: Column<Row>[] = [
    { title: "Listing", isLong: true, cell: (row) => <>{row.title} <span className="quiet">{row.spec}</span></> },
    { title: "SKU code", cell: (row) => row.sku },
    { title: "Status", cell: (row) => <Badge value={row.status} /> },
    {
      title: "Product",
      cell: ({ product }) => product ? <a href={href("products", product.id)}>{product.sku}</a> : <Badge value="UNMAPPED" />,
    },
    { title: "Price", isNumber: true, cell: (row) => money(row.price) },
    { title: "Stock", isNumber: true, cell: (row) => row.stock },
    {
      title: "Sale",
      cell: (row) => (row.status === "FOR_SALE" || row.status === "NOT_FOR_SALE") && (
        <button
          type="button"
          disabled={sold.fetching}
          aria-label={`${row.status === "FOR_SALE" ? "Take off" : "Put on sale"}: ${row.title} ${row.spec ?? ""}`}
          onClick={() => sell({
            input: { companyId: company.id, listingIds: [row.id], isForSale: row.status === "NOT_FOR_SALE" },
          }).then(refresh)}
        >
          {row.status === "FOR_SALE" ? "Take off" : "Put on sale"}
        </button>
      ),
    },
  ];

  async function read() {
    const { data } = await importAll({ companyId: company.id });
    setJobId(data?.importListings.job?.id ?? null);
  }

  return (
    <Loaded title="Listings" result={result}>
      {(data) => data.company && (
        <>
          <div className="filters">
            <SearchBox label="Search listings" hint="Title, SKU code or id" onSearch={setSearch} />
            <Select label="Mapped" name="mapped" values={["MAPPED", "UNMAPPED"]} />
            <button type="button" onClick={read} disabled={imported.fetching}>Read from Temu</button>
            <button type="button" onClick={() => create({ companyId: company.id }).then(refresh)} disabled={created.fetching}>
              Make products of unmapped ones
            </button>
          </div>
          {jobId && <JobProgress id={jobId} key={jobId} onEnd={refresh} />}
          {made?.products && (
            <p className="notice good" role="status">
              {count(made.products.length, "product")} made; {made.remainingCount ?? 0} more could be.
            </p>
          )}
          <RequestError error={imported.error ?? sold.error ?? created.error} />
          <UserErrors errors={imported.data?.importListings.userErrors} />
          <UserErrors errors={sold.data?.setListingsForSale.userErrors} />
          <UserErrors errors={made && [...made.userErrors, ...made.results.flatMap((each) => each.userErrors)]} />
          <StatusTabs label="Status" counts={data.company.listings.statusCounts} />
          <Table caption="Listings" columns={columns} rows={data.company.listings.nodes} rowKey={(row) => row.id}
            empty="Nothing is listed like that. Read the mall’s listings from Temu first." />
          <Pager pageInfo={data.company.listings.pageInfo} shown={data.company.listings.nodes.length}
            total={data.company.listings.totalCount} />
          <Asked actions={data.company.channelActions.nodes} onChange={refresh} />
        </>
      )}
    </Loaded>
  );
}
