import { useState } from "react";
import { useQuery } from "urql";

import { graphql } from "../gql";
import type { CompanyProductsQuery, ProductAttention, ProductOrderField } from "../gql/graphql";
import { useLive } from "../live";
import { Badge } from "../parts/Badge";
import { Loaded } from "../parts/Loaded";
import { Pager } from "../parts/Pager";
import { SearchBox } from "../parts/SearchBox";
import { Select } from "../parts/Select";
import { StatusTabs } from "../parts/StatusTabs";
import { Table, type Column } from "../parts/Table";
import { href, orderBy, useRoute } from "../route";
import { useShop } from "../shop";
import { fromNow } from "../words";

const PRODUCTS = graphql(`
  query CompanyProducts($companyId: ID!, $filter: ProductFilter, $orderBy: ProductOrder, $after: String) {
    company(id: $companyId) {
      id
      products(first: 25, after: $after, filter: $filter, orderBy: $orderBy) {
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
        statusCounts { status count }
      }
    }
  }
`);

const INVENTORY_CHANGED = graphql(`
  subscription InventoryChanged($companyId: ID!) {
    inventoryChanged(companyId: $companyId) { cursor }
  }
`);

const ATTENTION: ProductAttention[] = ["UNMAPPED_PRODUCTS", "DRIFTING_STOCK", "STOCK_REFUSED", "PRICES_REFUSED",
  "PRICES_COUNTERED", "ZEROING_STOPPED"];

type Row = NonNullable<CompanyProductsQuery["company"]>["products"]["nodes"][number];

const COLUMNS: Column<Row>[] = [
  { title: "SKU", sort: "SKU", cell: (product) => <a href={href("products", product.id)}>{product.sku}</a> },
  { title: "Name", isLong: true, sort: "NAME", cell: (product) => product.name },
  {
    title: "Listing",
    cell: ({ websiteProperties: { websiteProductId } }) => <Badge value={websiteProductId ? "MAPPED" : "UNMAPPED"} />,
  },
  { title: "Sellable", isNumber: true, cell: (product) => product.aggregateSellableQuantity },
  { title: "For Temu", isNumber: true, sort: "AVAILABLE_QUANTITY", cell: (product) => product.availableQuantity },
  { title: "Temu has", isNumber: true, cell: ({ websiteProperties }) => websiteProperties.lastPushedQuantity ?? "–" },
  { title: "Told", sort: "LAST_PUSHED_AT", cell: ({ websiteProperties }) => fromNow(websiteProperties.lastPushedAt) },
];

export function Products() {
  const { company } = useShop();
  const route = useRoute();
  const [search, setSearch] = useState("");
  const status = route.query.get("status");
  const [result, refetch] = useQuery({
    query: PRODUCTS,
    variables: {
      companyId: company.id,
      filter: {
        search: search || null,
        isMapped: status === null ? null : status === "MAPPED",
        attention: route.query.get("attention") as ProductAttention | null,
        availableQuantity: route.query.has("stock") ? { to: 0 } : null,
      },
      orderBy: orderBy<ProductOrderField>(route),
      after: route.query.get("after"),
    },
  });
  const isLive = useLive(INVENTORY_CHANGED, refetch);

  return (
    <Loaded title="Products" result={result} isLive={isLive}>
      {(data) => data.company && (
        <>
          <div className="filters">
            <SearchBox label="Search products" hint="SKU or name" onSearch={setSearch} />
            <Select label="Stock" name="stock" values={["SOLD_OUT"]} />
            <Select label="Attention" name="attention" values={ATTENTION} />
          </div>
          <StatusTabs label="Listing" counts={data.company.products.statusCounts} />
          <Table caption="Products" columns={COLUMNS} rows={data.company.products.nodes}
            rowKey={(product) => product.id} empty="No product is like that." />
          <Pager pageInfo={data.company.products.pageInfo} shown={data.company.products.nodes.length}
            total={data.company.products.totalCount} />
        </>
      )}
    </Loaded>
  );
}
