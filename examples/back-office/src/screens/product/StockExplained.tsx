import type { ProductPageQuery } from "../../gql/graphql";
import { Badge } from "../../parts/Badge";
import { href } from "../../route";
import { fromNow, moment } from "../../words";

type Explanation = NonNullable<ProductPageQuery["product"]>["stockExplanation"];

/** From what lies in warehouses to what Temu is told, step by step, as the server counts it. */
export function StockExplained(stock: Explanation) {
  const { channel } = stock;
  const steps: [string, string | number][] = [
    ...stock.warehouses.map(({ warehouse, onHand, counts, reason }): [string, string | number] =>
      [counts ? warehouse.name : `${warehouse.name}: ${reason ?? "not counted"}`, counts ? onHand : `(${onHand})`]),
    ["Held by orders", -stock.reservedQuantity],
    ["Sellable", stock.aggregateSellableQuantity],
    ["Safety quantity", -stock.safetyQuantity],
    ...(stock.maxQuantity === null ? [] : [["At the most", stock.maxQuantity] as [string, number]]),
  ];
  return (
    <section className="card">
      <h2>Why Temu is told {stock.availableQuantity}</h2>
      <table className="sum">
        <tbody>
          {steps.map(([name, value]) => (
            <tr key={name}><th scope="row">{name}</th><td className="number">{value}</td></tr>
          ))}
          <tr className="result">
            <th scope="row">For Temu {stock.isWaiting && <Badge value="WAITING" />}</th>
            <td className="number">{stock.availableQuantity}</td>
          </tr>
        </tbody>
      </table>
      {stock.heldBackSince && (
        <p className="notice warn">
          Its zero is held back since {moment(stock.heldBackSince)}, as most of the mall would go to zero with it.
        </p>
      )}
      {channel && (
        <p className="quiet">
          Temu accepted {channel.acceptedQuantity ?? "nothing"} {fromNow(channel.acceptedAt)}
          {channel.channelQuantity !== null && `, and was read to hold ${channel.channelQuantity}`}.
        </p>
      )}
      {channel?.refusal && <p className="notice bad">{channel.refusal}</p>}
      {stock.reservations.length > 0 && (
        <details>
          <summary>Which orders hold it</summary>
          <ul className="list">
            {stock.reservations.map(({ quantity, order }) => order && (
              <li className="row" key={order.id}>
                <a href={href("orders", order.id)}>{order.channelOrderId}</a>
                <span>{quantity}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
