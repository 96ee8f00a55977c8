import { useState } from "react";
import { useMutation, useQuery } from "urql";

import { graphql } from "../gql";
import type { JobsQuery, JobStatus, JobType, QueuedJobOrderField } from "../gql/graphql";
import { useLive } from "../live";
import { Badge } from "../parts/Badge";
import { JobProgress, Progress } from "../parts/JobProgress";
import { Loaded } from "../parts/Loaded";
import { RequestError, UserErrors } from "../parts/Messages";
import { Pager } from "../parts/Pager";
import { Select } from "../parts/Select";
import { StatusTabs } from "../parts/StatusTabs";
import { Table, type Column } from "../parts/Table";
import { href, orderBy, useRoute } from "../route";
import { useShop } from "../shop";
import { moment, words } from "../words";

const JOBS = graphql(`
  query Jobs($filter: QueuedJobFilter!, $orderBy: QueuedJobOrder, $after: String) {
    queuedJobs(first: 25, after: $after, filter: $filter, orderBy: $orderBy) {
      nodes {
        id
        type
        status
        trigger
        createdAt
        finishedAt
        error
        progress { done total failed }
      }
      pageInfo { hasNextPage endCursor }
      totalCount
      statusCounts { status count }
    }
  }
`);

const JOBS_CHANGED = graphql(`
  subscription JobsChanged($companyId: ID!) {
    queuedJobsChanged(companyId: $companyId) { cursor }
  }
`);

const IMPORT_ORDERS = graphql(`
  mutation ImportOrders($companyId: ID!) {
    job: importOrders(input: { companyId: $companyId }) { job { id } userErrors { message } }
  }
`);
const UPLOAD_TRACKING = graphql(`
  mutation UploadTracking($companyId: ID!) {
    job: uploadTracking(input: { companyId: $companyId }) { job { id } userErrors { message } }
  }
`);
const PUSH_STOCK = graphql(`
  mutation PushStock($companyId: ID!) {
    job: updateInventoryOnChannel(input: { companyId: $companyId }) { job { id } userErrors { message } }
  }
`);

type Row = JobsQuery["queuedJobs"]["nodes"][number];

const TYPES: JobType[] = ["IMPORT_ORDERS", "UPLOAD_TRACKING", "UPDATE_INVENTORY", "REMATCH_ORDER_ITEMS",
  "IMPORT_WEBSITE_PROPERTIES", "MATCH_WEBSITE_PROPERTIES"];

const COLUMNS: Column<Row>[] = [
  { title: "Job", cell: (job) => <a href={href("jobs", job.id)}>{words(job.type)}</a> },
  { title: "Status", cell: (job) => <Badge value={job.status} /> },
  { title: "Progress", cell: (job) => <Progress {...job.progress} isOver={job.finishedAt !== null} /> },
  { title: "Asked for by", cell: (job) => words(job.trigger) },
  { title: "Asked for", sort: "CREATED_AT", cell: (job) => moment(job.createdAt) },
  { title: "What to do", isLong: true, cell: (job) => job.error ?? "–" },
];

export function Jobs() {
  const { company } = useShop();
  const route = useRoute();
  const [jobId, setJobId] = useState<string | null>(null);
  const type = route.query.get("type") as JobType | null;
  const status = route.query.get("status") as JobStatus | null;
  const [result, refetch] = useQuery({
    query: JOBS,
    variables: {
      filter: { companyId: company.id, type: type && [type], status: status && [status] },
      orderBy: orderBy<QueuedJobOrderField>(route),
      after: route.query.get("after"),
    },
  });
  const isLive = useLive(JOBS_CHANGED, refetch);

  return (
    <Loaded title="Jobs" result={result} isLive={isLive}>
      {({ queuedJobs: jobs }) => (
        <>
          <Start onStarted={setJobId} />
          {jobId && (
            <section className="card">
              <JobProgress id={jobId} key={jobId} />
            </section>
          )}
          <div className="filters">
            <Select label="Type" name="type" values={TYPES} />
          </div>
          <StatusTabs label="Status" counts={jobs.statusCounts} />
          <Table caption="Jobs" columns={COLUMNS} rows={jobs.nodes} rowKey={(job) => job.id} empty="No job is like that." />
          <Pager pageInfo={jobs.pageInfo} shown={jobs.nodes.length} total={jobs.totalCount} />
        </>
      )}
    </Loaded>
  );
}

function Start({ onStarted }: { onStarted: (jobId: string) => void }) {
  return (
    <div className="filters">
      <StartButton mutation={IMPORT_ORDERS} title="Import orders" onStarted={onStarted} />
      <StartButton mutation={UPLOAD_TRACKING} title="Upload tracking" onStarted={onStarted} />
      <StartButton mutation={PUSH_STOCK} title="Push stock" onStarted={onStarted} />
    </div>
  );
}

type StartMutation = typeof IMPORT_ORDERS | typeof UPLOAD_TRACKING | typeof PUSH_STOCK;
type StartProps = { mutation: StartMutation; title: string; onStarted: (jobId: string) => void };

function StartButton({ mutation, title, onStarted }: StartProps) {
  const { company } = useShop();
  const [started, start] = useMutation(mutation);

  async function run() {
    const { data } = await start({ companyId: company.id });
    if (data?.job.job) onStarted(data.job.job.id);
  }

  return (
    <div>
      <button type="button" onClick={run} disabled={started.fetching}>{title}</button>
      <RequestError error={started.error} />
      <UserErrors errors={started.data?.job.userErrors} />
    </div>
  );
}
