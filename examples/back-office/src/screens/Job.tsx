import { useMutation, useQuery } from "urql";

import { graphql } from "../gql";
import type { JobPageQuery, JobOutcomeStatus } from "../gql/graphql";
import { Badge } from "../parts/Badge";
import { Facts } from "../parts/Facts";
import { JobProgress } from "../parts/JobProgress";
import { Loaded } from "../parts/Loaded";
import { RequestError, UserErrors } from "../parts/Messages";
import { Pager } from "../parts/Pager";
import { Select } from "../parts/Select";
import { Table, type Column } from "../parts/Table";
import { useRoute } from "../route";
import { moment, words } from "../words";

const JOB_PAGE = graphql(`
  query JobPage($id: ID!, $filter: JobOutcomeFilter, $after: String) {
    queuedJob(id: $id) {
      id
      type
      status
      trigger
      attempts
      createdAt
      startedAt
      finishedAt
      outcomes(first: 50, after: $after, filter: $filter) {
        nodes { subject status code message retryable }
        pageInfo { hasNextPage endCursor }
        totalCount
      }
    }
  }
`);

const CANCEL = graphql(`
  mutation CancelJob($id: ID!) {
    cancelQueuedJob(input: { jobId: $id }) { job { id status } userErrors { message } }
  }
`);

const RETRY = graphql(`
  mutation RetryJob($id: ID!) {
    retryQueuedJob(input: { jobId: $id }) { job { id status } userErrors { message } }
  }
`);

type Job = NonNullable<JobPageQuery["queuedJob"]>;
type Outcome = Job["outcomes"]["nodes"][number];

const STATUSES: JobOutcomeStatus[] = ["FAILED", "SKIPPED", "SUCCEEDED"];

const COLUMNS: Column<Outcome>[] = [
  { title: "Subject", cell: (outcome) => outcome.subject },
  { title: "Outcome", cell: (outcome) => <Badge value={outcome.status} /> },
  { title: "Reason", isLong: true, cell: (outcome) => outcome.message ?? (outcome.code ? words(outcome.code) : "–") },
];

export function Job({ id }: { id: string }) {
  const { query } = useRoute();
  const status = query.get("outcome") as JobOutcomeStatus | null;
  const [result, refetch] = useQuery({
    query: JOB_PAGE,
    variables: { id, filter: { status }, after: query.get("after") },
  });
  const [cancelled, cancel] = useMutation(CANCEL);
  const [retried, retry] = useMutation(RETRY);
  const job = result.data?.queuedJob;
  const runs = job?.status === "QUEUED" || job?.status === "RUNNING";
  const failed = job && ["FAILED", "PARTIALLY_SUCCEEDED", "CANCELLED"].includes(job.status);

  return (
    <Loaded
      title={job ? words(job.type) : "Job"}
      result={result}
      actions={
        <>
          {runs && <button type="button" onClick={() => cancel({ id })} disabled={cancelled.fetching}>Cancel</button>}
          {failed && <button type="button" onClick={() => retry({ id })} disabled={retried.fetching}>Try again</button>}
        </>
      }
    >
      {() => job ? (
        <>
          <RequestError error={cancelled.error ?? retried.error} />
          <UserErrors errors={cancelled.data?.cancelQueuedJob.userErrors} />
          <UserErrors errors={retried.data?.retryQueuedJob.userErrors} />
          <section className="card">
            {/* Followed anew when it is tried again. */}
            <JobProgress id={id} key={job.finishedAt} onEnd={() => refetch({ requestPolicy: "network-only" })} />
            <Facts facts={[
              ["Asked for", `${moment(job.createdAt)}, ${words(job.trigger).toLowerCase()}`],
              ["Started", moment(job.startedAt)],
              ["Ended", moment(job.finishedAt)],
              ["Tries", job.attempts],
            ]} />
          </section>
          <div className="filters"><Select label="Outcome" name="outcome" values={STATUSES} /></div>
          <Table caption="Outcomes" columns={COLUMNS} rows={job.outcomes.nodes}
            rowKey={(outcome) => outcome.subject + outcome.status} empty="No outcomes." />
          <Pager pageInfo={job.outcomes.pageInfo} shown={job.outcomes.nodes.length} total={job.outcomes.totalCount} />
        </>
      ) : <p className="empty">There is no such job.</p>}
    </Loaded>
  );
}
