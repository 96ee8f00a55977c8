import { useQuery } from "urql";

import { graphql } from "../gql";
import { useLive } from "../live";
import { Asked } from "../parts/Asked";
import { Badge } from "../parts/Badge";
import { History } from "../parts/History";
import { Loaded } from "../parts/Loaded";
import { Mapping } from "./product/Mapping";
import { Price } from "./product/Price";
import { StockExplained } from "./product/StockExplained";
import { StockForm } from "./product/StockForm";

const PRODUCT_PAGE = graphql(`
  query ProductPage($id: ID!) {
    product(id: $id) {
      id
      sku
      name
      websiteProperties { websiteProductId websiteProductVariantId useDefaultSafetyQuantity safetyQuantity }
      price {
        state
        refusal
        wanted { amount currencyCode }
        minimum { amount currencyCode }
        channelPrice { amount currencyCode }
      }
      channelActions(first: 5) { nodes { id kind status message createdAt } }
      shadowOf { id sku company { id name } }
      inventory { onHand reserved warehouse { id name } }
      stockExplanation {
        warehouses { onHand counts reason warehouse { id name } }
        reservations { quantity order { id channelOrderId } }
        reservedQuantity
        aggregateSellableQuantity
        safetyQuantity
        maxQuantity
        availableQuantity
        isWaiting
        heldBackSince
        channel { acceptedQuantity acceptedAt channelQuantity channelReadAt refusal }
      }
    }
    warehouses { id name }
  }
`);

const STOCK_CHANGED = graphql(`
  subscription StockChanged($companyId: ID!) {
    inventoryChanged(companyId: $companyId) { cursor }
  }
`);

export function Product({ id }: { id: string }) {
  const [result, refetch] = useQuery({ query: PRODUCT_PAGE, variables: { id } });
  const isLive = useLive(STOCK_CHANGED, refetch);
  const product = result.data?.product;
  const refresh = () => refetch({ requestPolicy: "network-only" });

  return (
    <Loaded title={product?.sku ?? "Product"} result={result} isLive={isLive}>
      {({ warehouses }) => product ? (
        <>
          <div className="badges">
            <span>{product.name}</span>
            <Badge value={product.websiteProperties.websiteProductId ? "MAPPED" : "UNMAPPED"} />
          </div>
          {product.shadowOf && (
            <p className="notice">
              It sells the stock of {product.shadowOf.sku} of {product.shadowOf.company.name}.
            </p>
          )}
          <div className="columns">
            <div>
              <StockExplained {...product.stockExplanation} />
              {!product.shadowOf && (
                <StockForm productId={product.id} inventory={product.inventory} warehouses={warehouses} />
              )}
              <Asked actions={product.channelActions.nodes} onChange={refresh} />
            </div>
            <div>
              <Mapping productId={product.id} {...product.websiteProperties} />
              <Price productId={product.id} price={product.price} onDone={refresh} />
            </div>
          </div>
          <History id={product.id} key={product.id} />
        </>
      ) : <p className="empty">There is no such product.</p>}
    </Loaded>
  );
}
