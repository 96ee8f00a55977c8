import { useState } from "react";
import { useQuery } from "urql";

import { graphql } from "../gql";
import type { CompanyProductsQuery } from "../gql/graphql";
import { Badge } from "../parts/Badge";
import { Loaded } from "../parts/Loaded";
import { Pager } from "../parts/Pager";
import { SearchBox } from "../parts/SearchBox";
import { Select } from "../parts/Select";
import { Table, type Column } from "../parts/Table";
import { href, useRoute } from "../route";
import { useShop } from "../shop";
import { fromNow } from "../words";

const PRODUCTS = graphql(`
  query CompanyProducts($companyId: ID!, $filter: ProductFilter, $after: String) {
    company(id: $companyId) {
      id
      products(first: 25, after: $after, filter: $filter) {
        nodes {
          id
          sku
          name
          availableQuantity
          aggregateSellableQuantity
          websiteProperties { websiteProductId lastPushedQuantity lastPushedAt }
        }
        pageInfo { hasNextPage endCursor }
        totalCount
      }
    }
  }
`);

type Row = NonNullable<CompanyProductsQuery["company"]>["products"]["nodes"][number];

const COLUMNS: Column<Row>[] = [
  { title: "SKU", cell: (product) => <a href={href("products", product.id)}>{product.sku}</a> },
  { title: "Name", cell: (product) => product.name },
  {
    title: "Listing",
    cell: ({ websiteProperties: { websiteProductId } }) => <Badge value={websiteProductId ? "MAPPED" : "UNMAPPED"} />,
  },
  { title: "Sellable", isNumber: true, cell: (product) => product.aggregateSellableQuantity },
  { title: "For Temu", isNumber: true, cell: (product) => product.availableQuantity },
  { title: "Temu has", isNumber: true, cell: ({ websiteProperties }) => websiteProperties.lastPushedQuantity ?? "–" },
  { title: "Told", cell: ({ websiteProperties }) => fromNow(websiteProperties.lastPushedAt) },
];

export function Products() {
  const { company } = useShop();
  const { query } = useRoute();
  const [search, setSearch] = useState("");
  const listing = query.get("listing");
  const [result] = useQuery({
    query: PRODUCTS,
    variables: {
      companyId: company.id,
      filter: { search: search || null, isMapped: listing === null ? null : listing === "MAPPED" },
      after: query.get("after"),
    },
  });

  return (
    <Loaded title="Products" result={result}>
      {(data) => data.company && (
        <>
          <div className="filters">
            <SearchBox label="Search products" hint="SKU or name" onSearch={setSearch} />
            <Select label="Listing" name="listing" values={["MAPPED", "UNMAPPED"]} />
          </div>
          <Table caption="Products" columns={COLUMNS} rows={data.company.products.nodes}
            rowKey={(product) => product.id} empty="No product is like that." />
          <Pager pageInfo={data.company.products.pageInfo} shown={data.company.products.nodes.length}
            total={data.company.products.totalCount} />
        </>
      )}
    </Loaded>
  );
}
