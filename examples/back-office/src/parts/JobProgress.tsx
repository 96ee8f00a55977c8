import { useEffect } from "react";
import { useSubscription } from "urql";

import { graphql } from "../gql";
import { href } from "../route";
import { words } from "../words";
import { Badge } from "./Badge";

const JOB_FOLLOWED = graphql(`
  subscription JobFollowed($id: ID!) {
    queuedJob(id: $id) {
      id
      type
      status
      error
      progress { done total failed }
    }
  }
`);

const ENDS = ["SUCCEEDED", "PARTIALLY_SUCCEEDED", "FAILED", "CANCELLED"];

/** A job as it runs; the server tells each change of it until it has ended. */
export function JobProgress({ id, onEnd }: { id: string; onEnd?: () => void }) {
  const [{ data }] = useSubscription({ query: JOB_FOLLOWED, variables: { id } });
  const job = data?.queuedJob;
  const hasEnded = job !== undefined && ENDS.includes(job.status);

  useEffect(() => {
    if (hasEnded) onEnd?.();
    // Once for each job, whatever function is handed in on the way.
  }, [hasEnded]);

  if (!job) return <p className="quiet" role="status">Waiting for the job …</p>;
  return (
    <div className="job-progress" role="status" data-status={job.status}>
      <div className="row">
        <a href={href("jobs", id)}>{words(job.type)}</a>
        <Badge value={job.status} />
      </div>
      <Progress {...job.progress} isOver={hasEnded} />
      {job.error && <p className="bad">{job.error}</p>}
    </div>
  );
}

type ProgressProps = { done: number; total: number | null; failed: number; isOver: boolean };

export function Progress({ done, total, failed, isOver }: ProgressProps) {
  const text = `${done.toLocaleString()}${total === null ? "" : ` of ${total.toLocaleString()}`}`;
  const value = total === null ? (isOver ? 1 : undefined) : total === 0 ? 1 : done / total;
  return (
    <div className="progress">
      <progress value={value} max={1} aria-label={`${text} done`} />
      <span>{text}{failed > 0 && <span className="bad">, {failed.toLocaleString()} failed</span>}</span>
    </div>
  );
}
