import { useQuery } from "urql";

import { graphql } from "../gql";
import type { CompanyAttentionQuery } from "../gql/graphql";
import { useLive } from "../live";
import { Badge } from "../parts/Badge";
import { Loaded } from "../parts/Loaded";
import { href } from "../route";
import { useShop } from "../shop";
import { fromNow, words } from "../words";

const ATTENTION = graphql(`
  query CompanyAttention($companyId: ID!) {
    company(id: $companyId) {
      id
      attention {
        code
        severity
        message
        advice
        count
        since
        orderFilter { attention }
        productFilter { attention }
        returnFilter { isDue }
        channelActionFilter { attention }
        jobFilter { type }
      }
      schedules { type isOn isPaused nextRunAt lastSucceededAt lagSeconds }
    }
  }
`);

const ATTENTION_CHANGED = graphql(`
  subscription AttentionChanged($companyId: ID!) {
    attentionChanged(companyId: $companyId) { companies { id } }
  }
`);

type Item = NonNullable<CompanyAttentionQuery["company"]>["attention"][number];

export function Attention() {
  const { company } = useShop();
  const [result, refetch] = useQuery({ query: ATTENTION, variables: { companyId: company.id } });
  const isLive = useLive(ATTENTION_CHANGED, refetch);

  return (
    <Loaded title="Attention" result={result} isLive={isLive}>
      {(data) => data.company && (
        <>
          {data.company.attention.length === 0 && <p className="empty">All is well: nothing needs a person.</p>}
          <ul className="list">
            {data.company.attention.map((item) => (
              <li className="card" key={item.code}>
                <div className="row">
                  <h2>{words(item.code)}</h2>
                  <Badge value={item.severity} />
                </div>
                <p>{item.message}</p>
                <p className="quiet">{item.advice}</p>
                <p className="quiet">Since {fromNow(item.since)}</p>
                <Concerned {...item} />
              </li>
            ))}
          </ul>
          <section className="card">
            <h2>Schedules</h2>
            <ul className="list">
              {data.company.schedules.map((schedule) => (
                <li className="row" key={schedule.type}>
                  <span>{words(schedule.type)}</span>
                  <span className="quiet">
                    {!schedule.isOn ? "Off" : schedule.isPaused ? "Paused: the token is refused"
                      : `Next ${fromNow(schedule.nextRunAt)}`}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        </>
      )}
    </Loaded>
  );
}

/** The list of what an item counts. */
function Concerned({ orderFilter, productFilter, returnFilter, channelActionFilter, jobFilter }: Item) {
  if (orderFilter) return <a href={href("orders", undefined, { attention: orderFilter.attention })}>Show the orders</a>;
  if (productFilter) return <a href={href("products", undefined, { attention: productFilter.attention })}>Show the products</a>;
  if (returnFilter) return <a href={href("returns", undefined, { due: String(returnFilter.isDue) })}>Show the returns</a>;
  if (channelActionFilter) {
    return <a href={href("actions", undefined, { attention: channelActionFilter.attention })}>Show what was asked</a>;
  }
  if (jobFilter) return <a href={href("jobs", undefined, { type: jobFilter.type[0] })}>Show the jobs</a>;
  return null;
}
